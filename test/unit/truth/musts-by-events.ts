import { longestUntil } from '../../../shared/record/believe.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { ruleFor } from '../../../shared/settings/zone-rules.ts';
import { OURS } from './arc-model.ts';
import type { WatcherModel } from './watcher-model.ts';

/** What has to become of a zone; where the cluster has nothing in it, `impaired` is for want of that only. */
export type Must = 'impaired' | 'recorded';

export interface MustByEvent {
  readonly zone: string;
  readonly must: Must;
  readonly untilMs: number;
}

/** Where ARC is not asked: a start that is newer than its end, up to the longest that its kind lasts. */
export function mustsByEvents(
  delivered: readonly ZoneSignal[],
  watcher: WatcherModel,
): readonly MustByEvent[] {
  if (watcher.hasArc && watcher.hasArn) return [];
  const keys = new Map<string, { signal: ZoneSignal; start: number; end: number }>();
  for (const signal of delivered) {
    if (watcher.hasArc && signal.source.kind === 'autoshift') continue;
    const scope = signal.source.id.slice(signal.source.kind.length + 1);
    if (watcher.hasArn && scope.startsWith('arn:') && scope !== OURS) continue;
    const key = `${signal.zoneId} ${signal.source.id}`;
    const known = keys.get(key) ?? { signal, start: 0, end: 0 };
    known[signal.change] = Math.max(known[signal.change], Date.parse(signal.at));
    keys.set(key, known);
  }
  return [...keys.values()].flatMap(({ signal, start, end }): MustByEvent[] => {
    const rule = ruleFor(watcher.rules, signal.source);
    if (rule === 'ignore' || start <= end) return [];
    const untilMs = Date.parse(longestUntil({ source: signal.source, at: new Date(start).toISOString() }));
    return [{ zone: signal.zoneId, must: rule === 'enforce' ? 'impaired' : 'recorded', untilMs }];
  });
}
