import type { ArcGroup } from '../../shared/record/arc-facts.ts';

/**
 * By what the truth about zones is known. `full`: events and ARC's API. `polling-only`: no queue. `events-only`: ARC
 * cannot be asked. `operator-only`: neither.
 */
export const WATCHER_MODES = ['full', 'polling-only', 'events-only', 'operator-only'] as const;
export type WatcherMode = (typeof WATCHER_MODES)[number];

/**
 * @param arc the parts of ARC that are asked and cannot be; `undefined` where ARC is not asked at all. One part that
 * answers is enough to be more than events.
 */
export function modeOf(
  hasQueue: boolean,
  arc: { readonly asked: readonly ArcGroup[]; readonly mute: readonly ArcGroup[] } | undefined,
): WatcherMode {
  const hasArc = arc?.asked.some((group) => !arc.mute.includes(group)) ?? false;
  if (hasQueue) return hasArc ? 'full' : 'events-only';
  return hasArc ? 'polling-only' : 'operator-only';
}
