import { noteTransitions } from './note-transitions.ts';
import { type Dropped, RECORD_ROOM, type RecordRoom, withinRoom } from './record-room.ts';
import { countedAt, enforcesTheSame, type RecordedZone, type ZoneRecord } from './zone-record.ts';

/**
 * The rooms that are tried one after the other while the API server finds a ConfigMap too long, because somebody else
 * has filled it: each half of the one before, and at last none for what events told and for what is over.
 */
export const SMALLER_ROOMS: readonly RecordRoom[] = [
  ...[2, 4, 8, 16].map((by) => ({
    record: RECORD_ROOM.record / by,
    events: RECORD_ROOM.events / by,
    ended: RECORD_ROOM.ended / by,
    derived: RECORD_ROOM.derived / by,
    transitions: RECORD_ROOM.transitions / by,
  })),
  { record: 8 * 1024, events: 0, ended: 0, derived: 2 * 1024, transitions: 1 },
  { record: 2 * 1024, events: 0, ended: 0, derived: 512, transitions: 0 },
];

/**
 * A record that has to become smaller than it is to be written at all. Nobody who knows the rules is asked: a zone that
 * loses all that counts is given back as at the end of a shift, the rest stays as it is, and the leader puts right what
 * the rules make of it. Pure.
 */
export function makeRoom(
  record: ZoneRecord,
  room: RecordRoom,
  nowMs: number,
): { readonly record: ZoneRecord; readonly dropped: readonly Dropped[] } {
  const smaller = withinRoom(record, room);
  if (smaller.dropped.length === 0) return smaller;
  const before = new Map(record.zones.map((zone) => [zone.id, zone]));
  const zones = smaller.record.zones.flatMap((zone) =>
    before.get(zone.id) === zone ? [zone] : stillAsked(zone, nowMs),
  );
  const settled = { ...smaller.record, zones };
  const generation = enforcesTheSame(record, settled) ? record.generation : record.generation + 1;
  const noted = noteTransitions(record, { ...settled, generation }, nowMs);
  const { history, ...rest } = noted;
  const last = history?.slice(-room.transitions);
  const isKept = room.transitions > 0 && last !== undefined && last.length > 0;
  return { record: isKept ? { ...rest, history: last } : rest, dropped: smaller.dropped };
}

function stillAsked(zone: RecordedZone, nowMs: number): RecordedZone[] {
  if (countedAt(zone, nowMs).length > 0) return [zone];
  if (zone.state === 'impaired') return [{ ...zone, state: 'recovering' }];
  if (zone.state === 'recovering') return [zone];
  return zone.sources.length === 0 ? [] : [{ ...zone, state: 'recorded' }];
}
