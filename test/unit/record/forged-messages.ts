import type { ArcLook } from '../../../shared/record/arc-facts.ts';
import { hear } from '../../../shared/record/hear.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { encodeRecord } from '../../../shared/record/record-document.ts';
import type { TendScene } from '../../../shared/record/tend-record.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { NOON } from './signals.ts';

/** Messages of whoever may write to the queue, and what the watcher makes of them. */

export const KIB = 1024;
const rules = DEFAULT_ZONE_RULES;
const nameOf = () => undefined;
export const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';

export interface Forged {
  readonly type?: string;
  readonly zone?: string;
  readonly resources?: readonly string[];
  readonly atMs?: number;
}

/** The body of an event as whoever may write to the queue sends it. */
function body({ type = 'Autoshift In Progress', zone = 'use1-az1', resources = [], atMs = NOON }: Forged) {
  return JSON.stringify({
    id: '1',
    source: 'aws.arc-zonal-shift',
    'detail-type': type,
    time: new Date(atMs).toISOString(),
    resources,
    detail: { metadata: { awayFrom: zone } },
  });
}

interface Mode {
  readonly arc?: boolean;
  readonly nowMs?: number;
  readonly nameOf?: (id: string) => string | undefined;
}

export function heard(record: ZoneRecord, events: readonly Forged[], mode: Mode = {}) {
  const read = events.map((event) => readMessage({ id: '1', receiptHandle: '1', body: body(event) }));
  const { arc = true, nowMs = NOON } = mode;
  const context = { rules, arc, resourceArn: ARN, nowMs, nameOf: mode.nameOf ?? nameOf };
  return hear(
    record,
    { signals: read.flatMap(({ signals }) => signals), look: true, receivedAt: nowMs },
    context,
  );
}

export const bytes = (record: ZoneRecord) => Buffer.byteLength(JSON.stringify(encodeRecord(record)));
export const sourcesOf = ({ zones }: ZoneRecord, id = 'use1-az1') =>
  zones.find((zone) => zone.id === id)?.sources.map((source) => source.id) ?? [];
export const names = (count: number, text = 'r') =>
  Array.from({ length: count }, (_, index) => `${index}-${text.repeat(2040)}`);

export const scene = (members: Partial<TendScene> = {}): TendScene => ({
  rules,
  nowMs: NOON,
  nameOf,
  parents: new Map(),
  used: undefined,
  mute: [],
  highestMark: 0,
  ...members,
});

export function looked(record: ZoneRecord, nowMs: number, members: Partial<ArcLook> = {}): ZoneRecord {
  const look: ArcLook = { askedAtMs: nowMs, region: [], resource: [], ...members };
  return reconcileWithArc(record, look, { rules, nowMs, nameOf });
}
