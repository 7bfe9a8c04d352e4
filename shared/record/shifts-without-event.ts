import type { RecordedSource, RecordedZone, ZoneRecord } from './zone-record.ts';

/**
 * EventBridge takes seconds; it promises its best and no time. Long enough that a slow one is no alarm, and short enough
 * that the shift is still on when somebody looks.
 */
export const EVENT_PATIENCE_MS = 5 * 60_000;

/** Since when the queue would have brought an event. */
export interface Listening {
  /** When it first answered a poll of this process. What began before may have told of itself to somebody else. */
  readonly firstMs: number;
  /** Since when it answers without a failure: what waited in it comes then. */
  readonly againMs: number;
}

/** A shift that ARC lists and of which no event told. */
export interface ShiftWithoutEvent {
  readonly zoneId: string;
  readonly zone?: string;
  readonly kind: string;
  readonly since: string;
}

/**
 * The shifts of which no event told in time, although the queue was listened to when they began; one for each zone and
 * kind, since one event tells of the Region's autoshift and of what follows from it for our resource. Pure.
 */
export function shiftsWithoutEvent(
  record: ZoneRecord | undefined,
  listening: Listening | undefined,
  nowMs: number,
): readonly ShiftWithoutEvent[] {
  if (record === undefined || listening === undefined) return [];
  const isDue = (since: string): boolean => {
    const begunMs = Date.parse(since);
    return begunMs >= listening.firstMs && nowMs - Math.max(begunMs, listening.againMs) >= EVENT_PATIENCE_MS;
  };
  return record.zones.flatMap((zone) => {
    const silent = zone.sources.filter((source) => isSilent(source, zone) && isDue(source.since));
    const byKind = new Map(silent.map((source) => [source.kind, source]));
    return [...byKind.values()].map(({ kind, since }) => ({
      zoneId: zone.id,
      ...(zone.name === undefined ? {} : { zone: zone.name }),
      kind,
      since,
    }));
  });
}

function isSilent({ via, heard, kind }: RecordedSource, { sources }: RecordedZone): boolean {
  if (via !== 'arc' || heard === true) return false;
  // What an event told stands beside it until the next look, or for longer where the rules tell the two apart.
  return !sources.some((other) => other.kind === kind && (isEvent(other) || other.heard === true));
}

function isEvent({ via }: RecordedSource): boolean {
  return via === undefined || via === 'event';
}
