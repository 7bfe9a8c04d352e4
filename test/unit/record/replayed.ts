import { lastTransition, transitionsAfter } from '../../../shared/record/transitions-after.ts';
import type { TransitionState, ZoneRecord } from '../../../shared/record/zone-record.ts';

/** The states of zones in a record, by ID. */
export function statesById(record: ZoneRecord): Map<string, TransitionState> {
  return new Map(record.zones.map(({ id, state }) => [id, state]));
}

/** The states that the transitions of a later record make of an earlier one's. Throws where one does not follow. */
export function replayed(before: ZoneRecord, after: ZoneRecord): Map<string, TransitionState> {
  const states = statesById(before);
  for (const { n, zoneId, from, to } of transitionsAfter(after, lastTransition(before))) {
    const was = states.get(zoneId) ?? 'healthy';
    if (was !== from || from === to)
      throw new Error(`transition ${n}: ${zoneId} was ${was}, not ${from} to ${to}`);
    if (to === 'healthy') states.delete(zoneId);
    else states.set(zoneId, to);
  }
  return states;
}

/** The transitions of a record in short: `1 use1-az1 healthy > impaired`. */
export function transitionsIn({ history = [] }: ZoneRecord): string[] {
  return history.map(({ n, zoneId, from, to }) => `${n} ${zoneId} ${from} > ${to}`);
}
