import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { createNode, untilNodes } from './cordon-scenario.ts';
import { AWAY, shiftAway, shiftBack, THREE, TWO, untilZones } from './scenario.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await install({ watcherArgs: ['--cordon', 'off'] });
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await createNode(installation, 'untouched');
  await createNode(installation, 'from-before');
});
afterAll(() => installation?.stop());

const versions = async (...names: string[]): Promise<(string | undefined)[]> => {
  const nodes: KubeObject[] = [];
  for (const name of names) nodes.push(await installation.client.get(resources.nodes, { name }));
  return nodes.map(({ metadata }) => metadata.resourceVersion);
};

it('no Node is written during a shift; what an earlier run cordoned is taken back at its end', async () => {
  const { client } = installation;
  await client.patch(
    resources.nodes,
    { name: 'from-before' },
    {
      kind: 'merge',
      body: {
        metadata: { annotations: { 'zonewarden.io/cordoned': AWAY.id } },
        spec: { unschedulable: true },
      },
    },
    { fieldManager: 'zonewarden-watcher' },
  );
  await shiftAway(installation);
  const before = await versions('untouched', 'from-before');
  await untilZones(installation, 'web', [inZones(...TWO)]);
  expect(await versions('untouched', 'from-before')).toEqual(before);

  await shiftBack(installation);
  await untilNodes(installation, { untouched: 'open', 'from-before': 'open' });
  expect(await versions('untouched')).toEqual(before.slice(0, 1));
  expect(installation.watcher.lines().filter(({ event }) => event === 'cordon')).toEqual([]);
});
