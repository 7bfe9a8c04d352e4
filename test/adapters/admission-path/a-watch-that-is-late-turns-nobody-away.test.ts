import { expect, test, vi } from 'vitest';
import { configurationTypes } from '../../../webhook/registration/registration-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { standIn } from '../kube/fixture.ts';
import { Clock, MINUTE, putConfigurations, SERVICE, startReplica } from './replica.ts';

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 2 });
const BARE = '/mutate/if-this-fails-see/docs/break-glass.md';
const FOREIGN = `/mutate/${'f'.repeat(48)}/if-this-fails-see`;
const byUrl = (api: KubeApi, path: (step: string) => string) =>
  putConfigurations(api, (step) => ({ url: `https://10.0.0.7:8443${path(step)}` }));

/** A replica whose watches hear nothing from now on. The path without a token is not believed any more. */
async function deafReplica() {
  const api = await standIn();
  const clock = new Clock();
  putConfigurations(api, () => ({ service: SERVICE }));
  const replica = startReplica(api, clock);
  await eventually(() => expect(replica.problem()).toBeUndefined());
  clock.nowMs += 10 * MINUTE;
  api.silenceWatches();
  return { api, replica };
}

/** Asks, and lets the watches hear once the configurations were read for it. */
async function askedWhileDeaf({ api, replica }: Awaited<ReturnType<typeof deafReplica>>, path: string) {
  expect(replica.stepOf(path)).toBeUndefined();
  const before = readsOf(api);
  const step = replica.stepAfterLook(path);
  await eventually(() => expect(readsOf(api) - before).toBeGreaterThanOrEqual(configurationTypes.length));
  api.soundWatches();
  return step;
}

const readsOf = (api: KubeApi) =>
  api.requests.filter(({ verb, path }) => verb === 'get' && path.includes('webhookconfigurations')).length;

test('an apply that puts the path of a manifest back is answered before the watch has told of it', async () => {
  const scene = await deafReplica();
  byUrl(scene.api, () => BARE);
  expect(await askedWhileDeaf(scene, BARE)).toBe('mutate');
});

test('so it is where another replica has written the token already', async () => {
  const scene = await deafReplica();
  const [token] = scene.replica.tokens();
  byUrl(scene.api, () => BARE);
  byUrl(scene.api, (step) => `/${step}/${token}/if-this-fails-see/docs/break-glass.md`);
  expect(await askedWhileDeaf(scene, BARE)).toBe('mutate');
});

test.each([FOREIGN, BARE])('who asks by a path that stands nowhere is nobody: %s', async (path) => {
  const scene = await deafReplica();
  expect(await askedWhileDeaf(scene, path)).toBeUndefined();
});

test('a path that belongs to no step is nobody without a look', async () => {
  const { api, replica } = await deafReplica();
  const before = readsOf(api);
  expect(await replica.stepAfterLook('/elsewhere')).toBeUndefined();
  expect(readsOf(api)).toBe(before);
});

test('where the API server does not answer, the answer is by what is known', async () => {
  const { api, replica } = await deafReplica();
  api.fail('get', { kind: 'status', status: 500 }, 100);
  expect(await replica.stepAfterLook(FOREIGN)).toBeUndefined();
});
