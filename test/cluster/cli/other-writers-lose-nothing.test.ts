import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startShift } from '../../../shared/record/operator-shift.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { createRecordStore } from '../../../shared/stores/record-store.ts';
import { standBetween } from './between.ts';
import { AT, type ShiftScene, startShiftScene } from './shift-scene.ts';

let scene: ShiftScene;
beforeAll(async () => {
  scene = await startShiftScene();
});
afterAll(() => scene?.stop());

const START = ['--for', '1h', '--reason', 'r'];

/** Another process that writes the record. */
async function change(what: (record: ZoneRecord) => ZoneRecord): Promise<void> {
  const store = createRecordStore({
    client: scene.client,
    namespace: AT.namespace,
    fieldManager: 'watcher',
    highestMark: async () => 0,
  });
  await store.update(what, AbortSignal.timeout(30_000));
}

const bob = (zone: { id: string; name: string }) => (record: ZoneRecord) => {
  const order = { zone, forMs: 3_600_000, by: 'bob', reason: 'b', forced: false };
  const context = { rules: DEFAULT_ZONE_RULES, rulesAreKnown: true, nowMs: Date.now() };
  const outcome = startShift(record, order, context);
  return outcome.kind === 'changed' ? outcome.record : record;
};

it('a write that came in between stays, and ours is made on top of it', async () => {
  await scene.putRecord({});
  const between = await standBetween(scene.controlPlane, async (puts) => {
    if (puts === 0) await change(bob({ id: 'use1-az2', name: 'us-east-1b' }));
    if (puts === 1) await change((record) => ({ ...record, requests: { look: '2026-11-21T12:00:00Z' } }));
  });
  onTestFinished(() => between.close());
  const began = await scene.shift(['start', 'use1-az1', ...START], between.kubeconfig);
  expect(began).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('generation 3') });
  expect(between.puts()).toBe(3);
  const record = await scene.recordNow();
  expect(record).toMatchObject({ generation: 3, requests: { look: '2026-11-21T12:00:00Z' } });
  expect(record.zones.map(({ id, sources }) => [id, sources.map(({ by }) => by)])).toEqual([
    ['use1-az1', ['admin']],
    ['use1-az2', ['bob']],
  ]);
});

it('is judged anew after each: what was allowed at first may be no more', async () => {
  await scene.putRecord({ used: { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b' } });
  const between = await standBetween(scene.controlPlane, (puts) =>
    puts === 0 ? change(bob({ id: 'use1-az2', name: 'us-east-1b' })) : Promise.resolve(),
  );
  onTestFinished(() => between.close());
  const refused = await scene.shift(['start', 'use1-az1', ...START], between.kubeconfig);
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('the guard would hold'),
  });
  expect((await scene.recordNow()).zones.map(({ id }) => id)).toEqual(['use1-az2']);
});

it('a record that is deleted in between is not made anew', async () => {
  await scene.putRecord({});
  const between = await standBetween(scene.controlPlane, (puts) =>
    puts === 0 ? scene.deleteRecord() : Promise.resolve(),
  );
  onTestFinished(() => between.close());
  const refused = await scene.shift(['start', 'use1-az1', ...START], between.kubeconfig);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no ConfigMap') });
  await expect(scene.recordNow()).rejects.toMatchObject({ code: 'kube.not-found' });
});

it('operators at the same time do not undo each other', async () => {
  await scene.putRecord({ used: { 'use1-az1': '', 'use1-az2': '', 'use1-az3': '', 'use1-az4': '' } });
  const zones = ['use1-az1', 'use1-az2', 'use1-az3'];
  const ended = await Promise.all(zones.map((zone) => scene.shift(['start', zone, ...START])));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  const record = await scene.recordNow();
  expect(record.zones.map(({ id, state }) => [id, state])).toEqual(zones.map((id) => [id, 'impaired']));
  expect(record.generation).toBe(4);
});
