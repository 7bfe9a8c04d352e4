import type { ZoneState } from '../../shared/record/orders.ts';
import { stateSince } from '../../shared/record/state-since.ts';
import type { ZoneRecord } from '../../shared/record/zone-record.ts';

/** Since when zones are in one state: by the record, and by when they were first seen so where it does not tell. */
export class SinceSeen {
  readonly #state: ZoneState;
  readonly #firstSeenMs = new Map<string, number>();

  constructor(state: ZoneState) {
    this.#state = state;
  }

  /** Forgets zones that are not in the state any more. */
  keepOnly(zones: readonly { readonly id: string }[]): void {
    const ids = new Set(zones.map(({ id }) => id));
    for (const id of this.#firstSeenMs.keys()) if (!ids.has(id)) this.#firstSeenMs.delete(id);
  }

  /** In milliseconds since the epoch, and never later than now: the clock that noted it may be ahead of ours. */
  msOf(record: ZoneRecord, zoneId: string, nowMs: number): number {
    const seenMs = this.#firstSeenMs.get(zoneId) ?? nowMs;
    this.#firstSeenMs.set(zoneId, seenMs);
    const noted = stateSince(record, zoneId, this.#state);
    return noted === undefined ? seenMs : Math.min(seenMs, Date.parse(noted));
  }
}
