import { expect, it } from 'vitest';
import { reachOfCluster } from '../../../shared/reach/reach-of-cluster.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createTend } from '../../../watcher/controllers/tend.ts';
import { type At, ClusterInMemory, ec2NodeClass, storedPool } from '../reach/cluster-in-memory.ts';
import { believing } from '../zone-names/believing.ts';
import { running, sceneInMemory } from './scene-in-memory.ts';

const THREE: readonly At[] = [
  ['use1-az1', 'us-east-1a'],
  ['use1-az2', 'us-east-1b'],
  ['use1-az4', 'us-east-1d'],
];
const shifted: ZoneRecord = {
  ...{ generation: 3, ended: {} },
  zones: [
    {
      ...{ id: 'use1-az3', state: 'recorded' },
      sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
    },
  ],
};

it('a zone elsewhere is impaired when its EC2NodeClass has a subnet there, and nothing else has to happen', async () => {
  const cluster = new ClusterInMemory();
  cluster.nodeClasses.show(ec2NodeClass('default', ...THREE));
  cluster.pools.show(storedPool('web'));
  const scene = { ...sceneInMemory(shifted), ...cluster };
  const { names } = believing();
  scene.names.reach = (seen) => reachOfCluster(seen, names);
  const tend = createTend(scene, () => []);
  running(scene.facts, tend);
  const zone = () => scene.records.current()?.zones[0];
  await expect.poll(() => zone()?.state).toBe('elsewhere');
  expect(scene.records.current()).toMatchObject({ generation: 3, reach: { names: {} } });

  cluster.nodeClasses.show(ec2NodeClass('default', ...THREE, ['use1-az3']));
  await expect.poll(() => zone()?.state).toBe('impaired');
  expect(zone()).toMatchObject({ use: 'used', why: 'EC2NodeClass default has a subnet there' });
  expect(scene.records.current()?.generation).toBe(4);

  cluster.nodeClasses.show(ec2NodeClass('default', ...THREE));
  await tend.reconcile(new AbortController().signal);
  expect(zone()?.state).toBe('impaired');
});
