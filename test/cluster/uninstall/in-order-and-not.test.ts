import { beforeEach, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodeClaim, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { runCli } from '../cli/shift-scene.ts';
import { createNode, nodeStates, untilNodes } from '../product/cordon-scenario.ts';
import { AWAY, poolNamed, recordOf, shiftAway, THREE, TWO, untilZones } from '../product/scenario.ts';
import { documentedCommand, runDocumented } from './documented.ts';
import { leftBehind } from './left-behind.ts';

const DOC = 'docs/uninstall.md';

let installation: Installation;
let declared: KubeObject['spec'];

/** An installation in the middle of a shift: one NodePool pruned and frozen, one Node cordoned. */
beforeEach(async () => {
  installation = await install();
  const { client } = installation;
  await createNode(installation, 'in-zone');
  const spec = { disruption: { budgets: [{ nodes: '10%' }], consolidateAfter: '0s' } };
  ({ spec: declared } = await client.create(resources.nodePools, nodePool('web', [inZones(...THREE)], spec)));
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await untilNodes(installation, { 'in-zone': 'ours' });
  return () => installation.stop();
});

const run = (words: string, more: readonly string[] = []) =>
  runDocumented(installation.controlPlane, documentedCommand(DOC, words), more);
const marked = async () => (await run('get nodepools,nodes -o go-template')).stdout;

/** No namespace controller runs here: the namespace stays on its way out, and kubectl must not wait for it. */
async function deleteAll(): Promise<void> {
  await run('delete -k .', ['--wait=false']);
  // As the kubelet would.
  await Promise.all([installation.webhook.stop(), installation.watcher.stop()]);
}

async function expectNothingInTheWay(): Promise<void> {
  expect(await leftBehind(installation.controlPlane)).toEqual(['Namespace zonewarden (going)']);
  const { client } = installation;
  // The API server forgets webhooks and policies by watch.
  await until('a NodePool is made as it is sent', async () => {
    const made = await client.create(resources.nodePools, nodePool('new', [inZones(AWAY.name)]));
    return JSON.stringify(made.spec).includes(AWAY.name);
  });
  await client.create(resources.nodeClaims, nodeClaim('new-1', [inZones(AWAY.name)]));
}

async function expectAsDeclared(): Promise<void> {
  const { metadata, spec } = await poolNamed(installation, 'web');
  expect(metadata.annotations?.[DECLARED_ANNOTATION]).toBeUndefined();
  expect(spec).toEqual(declared);
  expect(await nodeStates(installation)).toEqual({ 'in-zone': 'open' });
  expect(await marked()).toBe('');
}

it('in order: rules to record, all is given back in two steps, and what is deleted leaves nothing', async () => {
  expect((await marked()).trim().split('\n').sort()).toEqual(['Node in-zone', 'NodePool web']);
  await run('patch configmap zonewarden-config');
  await until('nothing is marked', async () => (await marked()) === '');
  await expectAsDeclared();
  expect((await recordOf(installation))[AWAY.id]).toContain('state: recorded');
  const states = installation.watcher
    .lines()
    .filter(({ event }) => event === 'record-written')
    .flatMap(({ zones }) => (zones as { id: string; state: string }[]).filter(({ id }) => id === AWAY.id))
    .map(({ state }) => state);
  expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
    'impaired',
    'recovering',
    'recorded',
  ]);
  await until('the leader says what the zone would change', () =>
    installation.watcher.lines().some(({ event, names }) => event === 'shadow' && String(names) === 'web'),
  );
  await deleteAll();
  await expectNothingInTheWay();
  await expectAsDeclared();
});

it('deleted during a shift: nothing is in the way, and what is left behind is given back by restore', async () => {
  await deleteAll();
  await expectNothingInTheWay();
  expect((await marked()).trim().split('\n').sort()).toEqual(['Node in-zone', 'NodePool web']);
  // The namespace would be gone, and the record with it.
  await installation.controlPlane.kubectl(['-n', 'zonewarden', 'delete', 'configmaps,leases', '--all']);
  const restore = (...args: string[]) =>
    runCli(['restore', ...args], installation.controlPlane.kubeconfigPath);
  expect(await restore('--dry-run')).toMatchObject({ code: 0, stderr: '' });
  expect((await marked()).trim().split('\n')).toHaveLength(2);
  const ended = await restore();
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatch(/given back: 1 NodePool, 1 Node\n$/);
  await expectAsDeclared();
});
