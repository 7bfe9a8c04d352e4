import { HISTORY_BYTES, MOST_TRANSITIONS } from '../../../shared/record/bounded-history.ts';
import { encodeHistory } from '../../../shared/record/history-text.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { stateSince } from '../../../shared/record/state-since.ts';
import { lastTransition, transitionsAfter } from '../../../shared/record/transitions-after.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { replayed, statesById } from '../record/replayed.ts';
import { claim } from './claims.ts';

/** What a record tells beside its states: of its changes, and of what events had told. */
export function claimWhatIsTold(
  before: ZoneRecord,
  record: ZoneRecord,
  how: string,
  delivered: readonly ZoneSignal[],
): void {
  claimHistory(before, record, how);
  claimHeard(record, delivered);
}

/** That an event told of what ARC lists stands in the record only where one did. */
function claimHeard({ zones }: ZoneRecord, delivered: readonly ZoneSignal[]): void {
  for (const { id, sources } of zones) {
    for (const source of sources.filter(({ heard }) => heard === true)) {
      const did = delivered.some(({ zoneId, source: { kind } }) => zoneId === id && kind === source.kind);
      claim(did, 'an event is said to have told of a shift, and none did', { id, source });
    }
  }
}

/** What the history has to tell of a write, whoever wrote and in how many steps. */
function claimHistory(before: ZoneRecord, record: ZoneRecord, how: string): void {
  const details = { before, record, how };
  const last = lastTransition(before);
  const fresh = transitionsAfter(record, last);
  claim(
    fresh.every(({ n }, index) => n === last + 1 + index),
    'the numbers of transitions leave one out',
    details,
  );
  claim(
    fresh.every(({ generation }) => generation === record.generation),
    'a transition has another generation than its write',
    details,
  );
  claim(
    new Set(fresh.map(({ zoneId }) => zoneId)).size === fresh.length,
    'a zone changed twice in a write',
    details,
  );
  const [told, is] = [replayed(before, record), statesById(record)];
  claim(
    told.size === is.size && [...is].every(([id, state]) => told.get(id) === state),
    'the history leads to other states than the record has',
    details,
  );
  const unknown = record.zones.filter(
    ({ id, state }) => state === 'recovering' && stateSince(record, id, 'recovering') === undefined,
  );
  claim(unknown.length === 0, 'nobody knows when a zone began to recover', details);
  const bytes = Buffer.byteLength(encodeHistory(record) ?? '');
  const count = record.history?.length ?? 0;
  claim(bytes <= HISTORY_BYTES && count <= MOST_TRANSITIONS, 'the history grows', { bytes, count });
}
