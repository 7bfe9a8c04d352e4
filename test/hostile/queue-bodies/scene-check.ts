import { isDeepStrictEqual } from 'node:util';
import { cancelShift, OPERATOR_SOURCE, startShift } from '../../../shared/record/operator-shift.ts';
import { zonesInLine } from '../../../shared/record/worth.ts';
import { atMost, holds } from '../drawing/holds.ts';
import type { HearingScene } from './hearing-scene.ts';

const KIB = 1024;
const RECORD_BYTES = 256 * KIB;
const LINE_BYTES = 64 * KIB;
const MOST_SIGNALS = 100;
const WHY_CHARACTERS = 2000;
/**
 * Of the processor, for one body of a batch: several times what the dearest of a million took. The loop is held no longer
 * by it.
 */
export const BODY_CPU_MS = 500;

/** What a batch came to, for whoever counts. */
export interface BatchMeasures {
  /** Of the thread that also keeps the Lease. */
  readonly cpuMs: number;
  /** Of the longest line that tells of one of its messages. */
  readonly lineBytes: number;
  readonly recordBytes: number;
}

/** Lets a scene hear a batch, and throws where anything that comes of it is not as it has to be. */
export function checkBatch(scene: HearingScene, bodies: readonly string[]): BatchMeasures {
  const before = process.threadCpuUsage();
  const { read, hearings } = scene.hear(bodies);
  const { user, system } = process.threadCpuUsage(before);
  const cpuMs = (user + system) / 1000;
  atMost('CPU of a batch, ms', cpuMs, bodies.length * BODY_CPU_MS);
  let lineBytes = 0;
  for (const { signals, why = '' } of read) {
    atMost('signals of a message', signals.length, MOST_SIGNALS);
    const told = { signals: signals.slice(0, 10), why };
    lineBytes = Math.max(lineBytes, Buffer.byteLength(JSON.stringify(told)));
  }
  atMost('bytes of the line of a message', lineBytes, LINE_BYTES);
  for (const { why = '' } of hearings.hearings) atMost('characters of why', why.length, WHY_CHARACTERS);
  const recordBytes = scene.bytes;
  atMost('bytes of the record', recordBytes, RECORD_BYTES);
  return { cpuMs, lineBytes, recordBytes };
}

/** What has to hold of a record after any bodies: it is short, it is read as it was written, and so is a line of it. */
export function expectSound(scene: HearingScene): void {
  const { bytes, record } = scene;
  atMost('bytes of the record', bytes, RECORD_BYTES);
  const { record: read, unreadable } = scene.readBack();
  holds('all of the record can be read', unreadable.length === 0, unreadable);
  holds('it is read as it was written', sameContent(read, record), [read, record]);
  const line = JSON.stringify({ zones: zonesInLine(record.zones) });
  atMost('bytes of the line of a record', Buffer.byteLength(line), LINE_BYTES);
}

/** Tends, and again: the second time changes nothing. */
export function expectTended(scene: HearingScene): void {
  scene.tend();
  expectSound(scene);
  const { record } = scene;
  scene.tend();
  holds('what is tended stays as it is', scene.record === record, scene.record);
}

/** ARC and a person have their room, and what they say goes when they say so. */
export function expectOpenToTheTruth(scene: HearingScene): void {
  const zoneId = 'use1-az2';
  const since = new Date(scene.nowMs - 1000).toISOString();
  const shift = { zoneId, id: 'arc/7f8c1a52', kind: 'zonal-shift', since, applied: true };
  const region = { ...shift, id: 'arc/autoshift/region', kind: 'autoshift' };
  const sourcesOf = (id: string) =>
    scene.record.zones.find((zone) => zone.id === id)?.sources.map((source) => source.id) ?? [];
  scene.look({ resource: [shift], region: [region] });
  for (const { id } of [shift, region])
    holds(`the record has ${id}`, sourcesOf(zoneId).includes(id), sourcesOf(zoneId));
  const context = { rules: scene.rules, rulesAreKnown: true, nowMs: scene.nowMs };
  const order = { zone: { id: 'use1-az3' }, forMs: 60_000, by: 'me', reason: 'r'.repeat(500), forced: true };
  const started = startShift(scene.record, order, context);
  if (started.kind !== 'changed') throw new Error(`refused: ${JSON.stringify(started.refusal)}`);
  scene.record = started.record;
  scene.tend();
  expectSound(scene);
  holds('the record has the person', sourcesOf('use1-az3').includes(OPERATOR_SOURCE));
  const ended = cancelShift(scene.record, order.zone, context);
  if (ended.kind !== 'changed') throw new Error('nothing to cancel');
  scene.record = ended.record;
  for (let look = 0; look < 3; look += 1) {
    scene.nowMs += 60_000;
    scene.look({});
  }
  holds('the person has gone', !sourcesOf('use1-az3').includes(OPERATOR_SOURCE));
  const left = sourcesOf(zoneId).filter((id) => id.startsWith('arc/'));
  holds('what ARC told has gone', left.length === 0, left);
  expectSound(scene);
}

/** Whatever the order of their members, and without those that are `undefined`. */
function sameContent(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right)));
}
