import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchEvent } from '../../../shared/kube/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { clientFor, configMap, failureOf, nodePool } from './fixture.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await installKarpenterCrds(controlPlane);
});
afterAll(() => controlPlane?.stop());

const client = () => clientFor(controlPlane.kubeconfigPath);
const at = (name: string) => ({ namespace: 'default', name });

test('creates, reads, replaces and deletes, each guarded as it should be', async () => {
  const kube = client();
  const made = await kube.create(resources.configMaps, configMap('crud', { a: '1' }));
  expect(made).toMatchObject({ kind: 'ConfigMap', metadata: { ...at('crud'), uid: expect.any(String) } });
  expect(isAlreadyExists(await failureOf(kube.create(resources.configMaps, configMap('crud', {}))))).toBe(
    true,
  );

  const replaced = await kube.replace(resources.configMaps, { ...made, data: { a: '2' } });
  expect(await kube.get(resources.configMaps, at('crud'))).toEqual(replaced);
  expect(isConflict(await failureOf(kube.replace(resources.configMaps, { ...made, data: { a: '3' } })))).toBe(
    true,
  );

  await kube.delete(resources.configMaps, at('crud'));
  expect(isNotFound(await failureOf(kube.get(resources.configMaps, at('crud'))))).toBe(true);
  expect(isNotFound(await failureOf(kube.delete(resources.configMaps, at('crud'))))).toBe(true);
});

test('a dry run changes nothing', async () => {
  const kube = client();
  await kube.create(resources.configMaps, configMap('dry', {}), { dryRun: true });
  expect(isNotFound(await failureOf(kube.get(resources.configMaps, at('dry'))))).toBe(true);
  await kube.create(resources.configMaps, configMap('dry', {}));
  await kube.delete(resources.configMaps, at('dry'), { dryRun: true });
  expect((await kube.get(resources.configMaps, at('dry'))).metadata.name).toBe('dry');
});

test('merge and JSON patches work on a custom resource; the empty one is no write', async () => {
  const kube = client();
  const made = await kube.create(resources.nodePools, nodePool('patched', ['us-east-1a', 'us-east-1b']));
  const nudged = await kube.patch(resources.nodePools, { name: 'patched' }, { kind: 'merge', body: {} });
  expect(nudged.metadata.resourceVersion).toBe(made.metadata.resourceVersion);

  const labels = { metadata: { labels: { touched: 'yes' } } };
  const merged = await kube.patch(resources.nodePools, { name: 'patched' }, { kind: 'merge', body: labels });
  expect(merged.metadata.labels).toEqual({ touched: 'yes' });

  const path = '/spec/template/spec/requirements/0/values';
  const body = [
    { op: 'test', path, value: ['us-east-1a', 'us-east-1b'] },
    { op: 'replace', path, value: ['us-east-1b'] },
  ];
  const patched = await kube.patch(resources.nodePools, { name: 'patched' }, { kind: 'json', body });
  expect(JSON.stringify(patched.spec)).not.toContain('us-east-1a');
  const again = await failureOf(kube.patch(resources.nodePools, { name: 'patched' }, { kind: 'json', body }));
  expect(again).toMatchObject({ code: 'kube.invalid', status: 422 });
});

test('server-side apply owns what it writes, refuses what another manager owns, and takes it by force', async () => {
  const kube = client();
  const apply = (a: string, options: { fieldManager: string; force?: boolean }) => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', ...configMap('applied', { a }) };
    return kube.patch(resources.configMaps, at('applied'), { kind: 'apply', body }, options);
  };
  const made = await apply('1', { fieldManager: 'first' });
  expect(made.metadata.managedFields).toMatchObject([{ manager: 'first', operation: 'Apply' }]);
  expect(isConflict(await failureOf(apply('2', { fieldManager: 'second' })))).toBe(true);
  const taken = await apply('2', { fieldManager: 'second', force: true });
  expect(taken.data).toEqual({ a: '2' });
});

test('what the schema refuses is kube.invalid, and what RBAC refuses kube.forbidden or kube.unauthorized', async () => {
  const broken = { metadata: { name: 'broken' }, spec: {} };
  const invalid = await failureOf(client().create(resources.nodePools, broken));
  expect(invalid).toMatchObject({ code: 'kube.invalid', status: 422, reason: 'Invalid' });

  await controlPlane.kubectl(['create', 'serviceaccount', 'nobody', '--namespace=default']);
  const nobody = clientFor(await controlPlane.serviceAccountKubeconfig('default', 'nobody'));
  expect(await failureOf(nobody.list(resources.secrets))).toMatchObject({ code: 'kube.forbidden' });
  const stranger = clientFor(controlPlane.kubeconfigFor({ user: 'stranger', token: 'unknown' }));
  expect(await failureOf(stranger.list(resources.secrets))).toMatchObject({ code: 'kube.unauthorized' });
});

test('reads all pages of a list, and one page', async () => {
  const kube = client();
  const names = Array.from({ length: 25 }, (_, index) => `page-${index}`);
  await Promise.all(names.map((name) => kube.create(resources.configMaps, configMap(name, {}))));
  const query = { namespace: 'default', limit: 10 };
  const first = await kube.list(resources.configMaps, query);
  expect(first.items).toHaveLength(10);
  expect(first.metadata.continue).toEqual(expect.any(String));
  const all = await kube.listAll(resources.configMaps, query);
  const found = all.items.map(({ metadata }) => metadata.name);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toEqual(expect.arrayContaining(names));
  const selected = await kube.listAll(resources.configMaps, {
    ...query,
    fieldSelector: 'metadata.name=page-7',
  });
  expect(selected.items).toMatchObject([{ metadata: { name: 'page-7' } }]);
});

test('a watch hears changes and a bookmark, and ends in order when its time is over', async () => {
  const kube = client();
  const { metadata } = await kube.list(resources.configMaps, { namespace: 'default' });
  const query = { namespace: 'default', resourceVersion: metadata.resourceVersion ?? '', timeoutSeconds: 4 };
  const limits = { signal: new AbortController().signal, inactivityMs: 60_000 };
  const heard: WatchEvent[] = [];
  const made = await kube.create(resources.configMaps, configMap('watched', {}));
  for await (const event of kube.watch(resources.configMaps, query, limits)) {
    heard.push(event);
    // A bookmark is only sent when something has happened since the watch caught up (k8s cacher/cache_watcher.go).
    if (event.type === 'ADDED') await kube.replace(resources.configMaps, { ...made, data: { a: 'b' } });
    if (event.type === 'MODIFIED') await kube.delete(resources.configMaps, at('watched'));
  }

  const changes = heard.filter(({ type }) => type !== 'BOOKMARK');
  expect(changes.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  expect(changes.every(({ object }) => object.metadata.name === 'watched')).toBe(true);
  const bookmark = heard.find(({ type }) => type === 'BOOKMARK');
  expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(
    Number(changes.at(-1)?.object.metadata.resourceVersion),
  );
});

test('a watch from a version that the server no longer has is kube.gone', async () => {
  const kube = client();
  const watching = (async () => {
    const query = { resourceVersion: '1', timeoutSeconds: 30 };
    const limits = { signal: new AbortController().signal, inactivityMs: 60_000 };
    for await (const event of kube.watch(resources.nodePools, query, limits)) expect(event).toBeUndefined();
  })();
  expect(await failureOf(watching)).toMatchObject({ code: 'kube.gone' });
});
