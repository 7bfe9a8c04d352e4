import { boundedHistory } from './bounded-history.ts';
import { lastTransition } from './transitions-after.ts';
import type { Transition, ZoneRecord } from './zone-record.ts';

/**
 * Makes several steps one in the history: a zone that changed twice has one transition, and one that is again as it was
 * has none. What was never stored was never the case for anybody, and nobody is to be told of it. Pure.
 *
 * @param before the record as stored
 * @param after what the steps made of it
 */
export function asOneWrite(before: ZoneRecord, after: ZoneRecord): ZoneRecord {
  if (after.history === before.history) return after;
  const last = lastTransition(before);
  const changed = new Map<string, Transition>();
  for (const transition of after.history ?? []) {
    if (transition.n <= last) continue;
    const from = changed.get(transition.zoneId)?.from ?? transition.from;
    // Zones stand in the order of their last changes.
    changed.delete(transition.zoneId);
    changed.set(transition.zoneId, { ...transition, from });
  }
  const fresh = [...changed.values()]
    .filter(({ from, to }) => from !== to)
    .map((transition, index) => ({ ...transition, n: last + 1 + index, generation: after.generation }));
  const { history: _inSteps, ...rest } = after;
  const history = fresh.length === 0 ? before.history : boundedHistory([...(before.history ?? []), ...fresh]);
  return history === undefined ? rest : { ...rest, history };
}
