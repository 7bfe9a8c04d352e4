import type { Orders } from '../../../shared/record/orders.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { Listeners } from '../../../shared/stores/listenable.ts';
import type { RecordChange, RecordStore } from '../../../shared/stores/record-store.ts';

/** The record as it is stored, and as the process last saw it. */
export class RecordInMemory extends Listeners implements RecordStore {
  stored: ZoneRecord;
  /** What a write stored is seen at once, unless the watch lags behind. */
  lags = false;
  /** Each record that was written. */
  readonly writes: ZoneRecord[] = [];
  #seen: ZoneRecord | undefined;

  constructor(record?: ZoneRecord) {
    super();
    this.#seen = record;
    this.stored = record ?? { generation: 0, zones: [], ended: {} };
  }

  readonly current = (): ZoneRecord | undefined => this.#seen;

  /** Somebody wrote it, and the process sees it; `undefined`: it knows none. */
  see(record: ZoneRecord | undefined): void {
    if (record !== undefined) this.stored = record;
    this.seen(record);
  }

  seen(record: ZoneRecord | undefined): void {
    this.#seen = record;
    this.tell();
  }

  async update(change: RecordChange): Promise<ZoneRecord> {
    const after = change(this.stored);
    if (after === this.stored) return after;
    this.stored = after;
    this.writes.push(after);
    if (!this.lags) this.seen(after);
    return after;
  }
}

/** A record of that set; `undefined` of none. */
export function recordOf(set: Orders): ZoneRecord {
  return { ...set, ended: {} };
}
