import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancelShift, OPERATOR_SOURCE, startShift } from '../../../shared/record/operator-shift.ts';
import { zonesInLine } from '../../../shared/record/worth.ts';
import { type HearingMode, HearingScene } from './hearing-scene.ts';
import { hostileBody, NOW } from './hostile-bodies.ts';

const KIB = 1024;
const RECORD_BYTES = 256 * KIB;
const LINE_BYTES = 64 * KIB;
/** Of the processor, for one body: a hundred times what the dearest one takes. The loop is held no longer by it. */
const BODY_CPU_MS = 5000;
/** So many bodies, another seed: see CONTRIBUTING.md. */
const { ZONEWARDEN_HOSTILE = '2000', ZONEWARDEN_SEED = '14' } = process.env;
/** In each of the four modes. */
const COUNT = Math.ceil(Number(ZONEWARDEN_HOSTILE) / 4);
const LIMIT_MS = 30_000 + 30 * COUNT;
const SEED = Number(ZONEWARDEN_SEED);
const BATCH = 10;

const MODES: readonly (HearingMode & { readonly name: string })[] = [
  { name: 'ARC is asked', arc: true, resourceArn: 'arn:aws:eks:us-east-1:1:cluster/1', namesKnown: true },
  { name: 'ARC is asked, without an ARN', arc: true, resourceArn: undefined, namesKnown: true },
  { name: 'by events alone', arc: false, resourceArn: undefined, namesKnown: true },
  {
    name: 'by events alone, where nothing is known of zones, with a recovery delay',
    arc: false,
    resourceArn: undefined,
    namesKnown: false,
    rules: { recoveryDelayMs: 10 * 60_000 },
  },
];

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What has to hold after any bodies. */
function expectSound(scene: HearingScene): void {
  expect(scene.bytes).toBeLessThanOrEqual(RECORD_BYTES);
  expect(scene.readBack()).toEqual({ record: scene.record, unreadable: [] });
  const line = JSON.stringify({ zones: zonesInLine(scene.record.zones) });
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES);
}

/** ARC and a person have their room, and what they say goes when they say so. */
function expectOpenToTheTruth(scene: HearingScene): void {
  const zoneId = 'use1-az2';
  const shift = {
    zoneId,
    id: 'arc/7f8c1a52',
    kind: 'zonal-shift',
    since: new Date(scene.nowMs - 1000).toISOString(),
    applied: true,
  };
  const sourcesOf = (id: string) =>
    scene.record.zones.find((zone) => zone.id === id)?.sources.map((source) => source.id) ?? [];
  scene.look({ resource: [shift], region: [{ ...shift, id: 'arc/autoshift/region', kind: 'autoshift' }] });
  expect(sourcesOf(zoneId)).toEqual(expect.arrayContaining([shift.id, 'arc/autoshift/region']));
  const context = { rules: scene.rules, rulesAreKnown: true, nowMs: scene.nowMs };
  const order = { zone: { id: 'use1-az3' }, forMs: 60_000, by: 'me', reason: 'r'.repeat(500), forced: true };
  const started = startShift(scene.record, order, context);
  if (started.kind !== 'changed') throw new Error(`refused: ${JSON.stringify(started.refusal)}`);
  scene.record = started.record;
  scene.tend();
  expectSound(scene);
  expect(sourcesOf('use1-az3')).toContain(OPERATOR_SOURCE);
  const ended = cancelShift(scene.record, order.zone, context);
  if (ended.kind !== 'changed') throw new Error('nothing to cancel');
  scene.record = ended.record;
  for (let look = 0; look < 3; look += 1) {
    scene.nowMs += 60_000;
    scene.look({});
  }
  expect(sourcesOf('use1-az3')).not.toContain(OPERATOR_SOURCE);
  expect(sourcesOf(zoneId).filter((id) => id.startsWith('arc/'))).toEqual([]);
  expectSound(scene);
}

describe.each(MODES)('bodies of whoever may write to the queue: $name', (mode) => {
  it(`${COUNT} in a row leave a record that is short, readable and open to the truth`, {
    timeout: LIMIT_MS,
  }, () => {
    const scene = new HearingScene(mode);
    let dearestMs = 0;
    for (let first = 0; first < COUNT; first += BATCH) {
      const bodies = fc.sample(hostileBody, { numRuns: BATCH, seed: SEED + first });
      const begunMs = cpuMs();
      const { read, hearings } = scene.hear(bodies);
      dearestMs = Math.max(dearestMs, cpuMs() - begunMs);
      for (const { signals, why = '' } of read) {
        expect(signals.length).toBeLessThanOrEqual(100);
        const told = { signals: signals.slice(0, 10), why };
        expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThanOrEqual(LINE_BYTES);
      }
      for (const { why = '' } of hearings.hearings) expect(why.length).toBeLessThanOrEqual(2000);
      expect(scene.bytes).toBeLessThanOrEqual(RECORD_BYTES);
      scene.nowMs += 500;
      if (first % (10 * BATCH) === 0) {
        scene.tend();
        expectSound(scene);
        const { record } = scene;
        scene.tend();
        expect(scene.record).toBe(record);
      }
    }
    expectSound(scene);
    expectOpenToTheTruth(scene);
    expect(dearestMs).toBeLessThanOrEqual(BATCH * BODY_CPU_MS);
  });

  it('any few of them, at any moment', { timeout: LIMIT_MS }, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostileBody, fc.integer({ min: 0, max: 86_400_000 })), { maxLength: 12 }),
        (steps) => {
          const scene = new HearingScene(mode);
          for (const [body, laterMs] of steps) {
            scene.hear([body]);
            expectSound(scene);
            scene.nowMs = Math.min(scene.nowMs + laterMs, NOW + 30 * 86_400_000);
            scene.tend();
            expectSound(scene);
          }
          expectOpenToTheTruth(scene);
        },
      ),
      { numRuns: Math.max(30, Math.round(COUNT / 100)), seed: SEED },
    );
  });
});
