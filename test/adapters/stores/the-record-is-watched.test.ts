import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { encodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createRecordWatch } from '../../../shared/stores/record-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, failureOf, standIn, until } from '../kube/fixture.ts';

const AT = { namespace: 'zonewarden', name: RECORD_NAME };
const recordOf = (generation: number): ZoneRecord => ({ generation, zones: [], ended: {} });

function write(api: KubeApi, generation: number, data: Record<string, string> = {}): void {
  const { annotations } = encodeRecord(recordOf(generation));
  api.put(resources.configMaps, { metadata: { ...AT, annotations: { ...annotations } }, data });
}

/** A watch that ends with the test, and what it has told: each generation, unreadable keys, and deletions. */
function watching(api: KubeApi, onDeleted: () => void | Promise<void> = () => undefined) {
  const told: string[] = [];
  const problems: string[] = [];
  const watch = createRecordWatch({
    client: clientOf(api),
    namespace: AT.namespace,
    onUnreadable: (parts) => told.push(`unreadable ${parts.map(({ key }) => key).join()}`),
    onDeleted() {
      told.push('deleted');
      return onDeleted();
    },
    onProblem: (kind) => problems.push(kind),
  });
  watch.listen(() => told.push(`generation ${watch.current()?.generation}`));
  onTestFinished(() => watch.stop());
  return { watch, told, problems };
}

async function following(api: KubeApi, onDeleted?: () => void | Promise<void>) {
  const all = watching(api, onDeleted);
  all.watch.start();
  await all.watch.whenSynced();
  await until(() => api.openWatches === 1);
  return all;
}

/** As long as a few retries of what fails take. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 300));

test('a record that is absent is known to be absent, and is no deletion', async () => {
  const api = await standIn();
  const { watch, told } = watching(api);
  expect([watch.synced, watch.lastHeardMs]).toEqual([false, undefined]);
  watch.start();
  await watch.whenSynced();
  expect([watch.synced, watch.current(), told]).toEqual([true, undefined, []]);
  expect(watch.lastHeardMs).toBeGreaterThan(Date.now() - 60_000);
});

test('whoever must not see it does not take it for absent', async () => {
  const api = await standIn();
  api.forbiddenKinds.add('configmaps');
  const { watch, problems } = watching(api);
  watch.start();
  await until(() => problems.length > 0);
  const waiting = new AbortController();
  const failure = failureOf(watch.whenSynced(waiting.signal));
  waiting.abort();
  expect(await failure).toMatchObject({ code: 'kube.aborted' });
  expect(watch.synced).toBe(false);
});

test('a garbled zone is told with each write, also of the same text again, and leaves the others', async () => {
  const api = await standIn();
  write(api, 1);
  const { watch, told, problems } = await following(api);
  write(api, 2, { 'use1-az1': 'state: [' });
  await until(() => told.includes('unreadable use1-az1'));
  write(api, 2, { 'use1-az1': 'state: [' });
  await until(() => told.length === 5);
  const unreadable = ['generation 2', 'unreadable use1-az1'];
  expect(told).toEqual(['generation 1', ...unreadable, ...unreadable]);
  expect(watch.current()).toEqual(recordOf(2));
  expect(problems).toEqual([]);
});

test('a deletion leaves the last good one, and is told again until that succeeds', async () => {
  const api = await standIn();
  write(api, 1);
  let running = 0;
  let failures = 3;
  const { watch, told, problems } = await following(api, async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    failures -= 1;
    if (failures >= 0) throw new Error('not today');
  });
  api.remove(resources.configMaps, AT);
  await until(() => failures < 0);
  await pause();
  expect(told).toEqual(['generation 1', ...Array(4).fill('deleted')]);
  expect(problems).toEqual(Array(3).fill('handler'));
  expect(watch.current()).toEqual(recordOf(1));
});

test('a deletion is told no more when the record is back, and one at a time when it goes again', async () => {
  const api = await standIn();
  write(api, 1);
  const releases: (() => void)[] = [];
  const { told } = await following(api, async () => {
    await new Promise<void>((resolve) => releases.push(resolve));
    throw new Error('not today');
  });
  api.remove(resources.configMaps, AT);
  await until(() => releases.length === 1);
  write(api, 2);
  await until(() => told.includes('generation 2'));
  api.remove(resources.configMaps, AT);
  await pause();
  expect(told).toEqual(['generation 1', 'deleted', 'generation 2']);
  releases[0]?.();
  await until(() => releases.length === 2);
  write(api, 3);
  await until(() => told.includes('generation 3'));
  releases[1]?.();
  await pause();
  expect(told).toEqual(['generation 1', 'deleted', 'generation 2', 'deleted', 'generation 3']);
});

test('a stop ends the telling of a deletion', async () => {
  const api = await standIn();
  write(api, 1);
  const { watch, told } = await following(api, () => {
    throw new Error('not today');
  });
  api.remove(resources.configMaps, AT);
  await until(() => told.includes('deleted'));
  await watch.stop();
  const { length } = told;
  await pause();
  expect(told).toHaveLength(length);
});
