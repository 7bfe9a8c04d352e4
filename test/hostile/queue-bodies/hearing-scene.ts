import { homeOf } from '../../../shared/home/home.ts';
import type { ArcGroup, ArcLook } from '../../../shared/record/arc-facts.ts';
import { hear } from '../../../shared/record/hear.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { decodeRecord, encodeRecord } from '../../../shared/record/record-document.ts';
import { tendRecord } from '../../../shared/record/tend-record.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../../../shared/settings/zone-rules.ts';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { NOW, ZONES } from './hostile-bodies.ts';

export interface HearingMode {
  readonly arc: boolean;
  readonly resourceArn: string | undefined;
  readonly rules?: Partial<ZoneRules>;
  /** Whether the cluster's zones are known. */
  readonly namesKnown: boolean;
}

/** All that a watcher does with bodies, one clock for everything: what it reads, hears, tends, and hears of ARC. */
export class HearingScene {
  record: ZoneRecord = EMPTY_RECORD;
  nowMs = NOW;
  readonly mode: HearingMode;
  readonly #rules: ZoneRules;

  constructor(mode: HearingMode) {
    this.mode = mode;
    this.#rules = { ...DEFAULT_ZONE_RULES, ...mode.rules };
  }

  get rules(): ZoneRules {
    return this.#rules;
  }

  readonly nameOf = (zoneId: string): string | undefined =>
    this.mode.namesKnown && (ZONES as readonly string[]).includes(zoneId) ? `name-of-${zoneId}` : undefined;

  /** One batch; what was read of it comes back. */
  hear(bodies: readonly string[]) {
    const home = homeOf({ clusterArn: this.mode.resourceArn });
    const read = bodies.map((body, index) =>
      readMessage({ id: String(index), receiptHandle: 'r', body }, home),
    );
    const signals = read.flatMap((one) => one.signals);
    const heard = { signals, look: true, receivedAt: this.nowMs };
    const { arc, resourceArn } = this.mode;
    const { nameOf, nowMs } = this;
    const context = { rules: this.#rules, arc, resourceArn, nowMs, nameOf };
    const hearings = hear(this.record, heard, context);
    this.record = hearings.record;
    return { read, hearings };
  }

  tend(mute: readonly ArcGroup[] = this.mode.arc ? [] : ['region', 'resource']): void {
    const used = this.mode.namesKnown
      ? Object.fromEntries(ZONES.map((id) => [id, `name-of-${id}`]))
      : undefined;
    const { nameOf, nowMs } = this;
    const around = { rules: this.#rules, nowMs, nameOf, parents: new Map(), used, mute, highestMark: 0 };
    this.record = tendRecord(this.record, around);
  }

  look(look: Partial<ArcLook>): void {
    const whole: ArcLook = { askedAtMs: this.nowMs, region: [], resource: [], ...look };
    const { nameOf, nowMs } = this;
    this.record = reconcileWithArc(this.record, whole, { rules: this.#rules, nowMs, nameOf });
  }

  /** Bytes of what is the record's in the body of a write. */
  get bytes(): number {
    return Buffer.byteLength(JSON.stringify(encodeRecord(this.record)));
  }

  /** As a webhook reads it that has never seen one. */
  readBack() {
    return decodeRecord(encodeRecord(this.record));
  }
}
