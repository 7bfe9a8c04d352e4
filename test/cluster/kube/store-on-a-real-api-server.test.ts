import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { createStore } from '../../../shared/stores/store.ts';
import type { StoreProblem } from '../../../shared/stores/store-problem.ts';
import { wordsOf } from '../../adapters/kube/fixture.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { clientFor, configMap, until } from './fixture.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
});
afterAll(() => controlPlane?.stop());

function watchConfigMaps(fieldSelector: string) {
  const problems: StoreProblem[] = [];
  const maps = createStore({
    client: clientFor(controlPlane.kubeconfigPath),
    kind: {
      type: resources.configMaps,
      select: { namespace: 'default', fieldSelector },
      read: ({ metadata, data }) => ({ name: metadata.name ?? '', data: JSON.stringify(data ?? {}) }),
    },
    onProblem: (problem) => problems.push(problem),
  });
  const told = wordsOf(maps, ({ name, data }) => `${name} ${data}`);
  onTestFinished(() => maps.stop());
  maps.start();
  return { maps, told, problems };
}

test('lists, hears every change, and stops', async () => {
  const kube = clientFor(controlPlane.kubeconfigPath);
  await kube.create(resources.configMaps, configMap('one', { a: '1' }));
  await kube.create(resources.configMaps, configMap('other', {}));
  const { maps, told, problems } = watchConfigMaps('metadata.name=one');
  await maps.whenListed();
  expect(told).toEqual(['set one {"a":"1"}', 'sync']);

  const at = { namespace: 'default', name: 'one' };
  await kube.patch(resources.configMaps, at, { kind: 'merge', body: { data: { a: '2' } } });
  await kube.delete(resources.configMaps, at);
  await kube.create(resources.configMaps, configMap('one', { a: '3' }));
  await until(() => told.length === 5);
  expect(told.slice(2)).toEqual(['set one {"a":"2"}', 'delete one {"a":"2"}', 'set one {"a":"3"}']);
  expect(maps.get('default/one')).toEqual({ name: 'one', data: '{"a":"3"}' });
  expect(problems).toEqual([]);

  await maps.stop();
  await kube.delete(resources.configMaps, at);
  expect(maps.get('default/one')).toBeDefined();
  expect(told).toHaveLength(5);
});

test('goes on after a restart of the API server, with nothing lost', async () => {
  const kube = clientFor(controlPlane.kubeconfigPath);
  const { maps, told, problems } = watchConfigMaps('metadata.name=lasting');
  await maps.whenListed();
  await kube.create(resources.configMaps, configMap('lasting', { a: '1' }));
  await until(() => maps.get('default/lasting') !== undefined);

  await controlPlane.restartApiServer();
  expect(maps.known).toBe(true);
  await kube.delete(resources.configMaps, { namespace: 'default', name: 'lasting' });
  await until(() => told.includes('delete lasting {"a":"1"}'));
  expect(problems.length).toBeGreaterThan(0);
  expect(told.filter((what) => what !== 'sync')).toEqual([
    'set lasting {"a":"1"}',
    'delete lasting {"a":"1"}',
  ]);
});
