import { effectiveAt, type ImpairedRecord } from '../record/impaired-record.ts';

/**
 * How long after the record says that a zone is back it is given back. The policy in the API server is written when the
 * record changes, and takes effect within about a second (API servers look for changed policies once a second), on a
 * machine with far too much to do after more than two. Until then it refuses what targets the zone; who prunes as before
 * meanwhile sends it nothing to refuse.
 */
export const OPENING_DELAY_MS = 5000;

/**
 * The record in force: the last one seen, except that one that only gives zones back is taken up a moment later. One that
 * takes a zone away is taken up at once, whatever else is in it; so is the first one.
 *
 * What expires by itself does not wait here: its end is known in advance, and so the policy is open in time.
 */
export class OpeningDelay {
  readonly #now: () => number;
  readonly #onTakenUp: (record: ImpairedRecord) => void;
  #inForce: ImpairedRecord | undefined;
  #waiting: ImpairedRecord | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param options.onTakenUp told of each record when it is in force, also of one that did not have to wait */
  constructor(options: { readonly now: () => number; readonly onTakenUp: (record: ImpairedRecord) => void }) {
    this.#now = options.now;
    this.#onTakenUp = options.onTakenUp;
  }

  /** `undefined` while none was seen. */
  inForce(): ImpairedRecord | undefined {
    return this.#inForce;
  }

  /** The record was read. */
  see(record: ImpairedRecord): void {
    if (this.#inForce === undefined || !givesBackOnly(this.#inForce, record, this.#now())) {
      this.#takeUp(record);
      return;
    }
    this.#waiting = record;
    // One that follows while one waits has no time of its own: many in a row must not add up.
    this.#timer ??= setTimeout(() => this.#takeUp(this.#waiting ?? record), OPENING_DELAY_MS);
  }

  /** Ends the wait; nobody is told. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #takeUp(record: ImpairedRecord): void {
    this.close();
    this.#waiting = undefined;
    this.#inForce = record;
    this.#onTakenUp(record);
  }
}

/** Whether fewer zones are impaired in `after` than in `before`, and none that is not in both. */
function givesBackOnly(before: ImpairedRecord, after: ImpairedRecord, nowMs: number): boolean {
  const was = impairedZones(before, nowMs);
  const is = impairedZones(after, nowMs);
  return is.size < was.size && [...is].every((zone) => was.has(zone));
}

function impairedZones(record: ImpairedRecord, nowMs: number): Set<string> {
  const impaired = effectiveAt(record, nowMs).zones.filter(({ state }) => state === 'impaired');
  return new Set(impaired.map(({ id, name }) => JSON.stringify([id, name])));
}
