import { effectiveAt, type ZoneRecord } from './zone-record.ts';

/**
 * How long after the record says that a zone is back it is given back. The policy in the API server is written when the
 * record changes, and takes effect within about a second (API servers look for changed policies once a second), on a
 * machine with far too much to do after more than two. Until then it refuses what targets the zone; who prunes as before
 * meanwhile sends it nothing to refuse.
 */
export const OPENING_DELAY_MS = 5000;

/** A moment: by the clock, and in milliseconds that only ever grow. */
export interface Moment {
  readonly nowMs: number;
  readonly elapsedMs: number;
}

export interface Opening {
  readonly inForce: ZoneRecord;
  /** In how many milliseconds another one will be; `Infinity` where none waits. */
  readonly changesInMs: number;
}

/**
 * The record in force: the last one seen, except that one that only gives zones back is taken up a moment later. One that
 * takes a zone away is taken up at once, whatever else is in it; so is the first one.
 *
 * What expires by itself does not wait here: its end is known in advance, and so the policy is open in time.
 */
export class OpeningDelay {
  #inForce: ZoneRecord | undefined;
  #waitsSinceMs: number | undefined;

  /** The record is this one, perhaps still; whoever looks again when it changes misses nothing. */
  see(record: ZoneRecord, { nowMs, elapsedMs }: Moment): Opening {
    const inForce = this.#inForce;
    // One that follows while one waits has no time of its own: many in a row must not add up.
    const sinceMs = this.#waitsSinceMs ?? elapsedMs;
    const leftMs = sinceMs + OPENING_DELAY_MS - elapsedMs;
    if (inForce === undefined || leftMs <= 0 || !givesBackOnly(inForce, record, nowMs)) {
      this.#waitsSinceMs = undefined;
      this.#inForce = record;
      return { inForce: record, changesInMs: Number.POSITIVE_INFINITY };
    }
    this.#waitsSinceMs = sinceMs;
    return { inForce, changesInMs: leftMs };
  }
}

/** Whether fewer zones are impaired in `after` than in `before`, and none that is not in both. */
function givesBackOnly(before: ZoneRecord, after: ZoneRecord, nowMs: number): boolean {
  const was = impairedZones(before, nowMs);
  const is = impairedZones(after, nowMs);
  return is.size < was.size && [...is].every((zone) => was.has(zone));
}

function impairedZones(record: ZoneRecord, nowMs: number): Set<string> {
  const impaired = effectiveAt(record, nowMs).zones.filter(({ state }) => state === 'impaired');
  return new Set(impaired.map(({ id, name }) => JSON.stringify([id, name])));
}
