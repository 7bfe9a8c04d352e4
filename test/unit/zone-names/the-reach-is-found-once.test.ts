import { expect, it } from 'vitest';
import { createZoneNames } from '../../../watcher/zone-names/zone-names.ts';
import { nodeView } from '../cordon/nodes-in-memory.ts';
import { ClusterInMemory, ec2NodeClass, storedPool } from '../reach/cluster-in-memory.ts';

it('the cluster is looked at anew only where something of it, or a name, is another one', () => {
  const cluster = new ClusterInMemory();
  const names = createZoneNames({
    client: { list: () => Promise.reject(new Error('nobody is asked')) },
    nodeClasses: cluster.nodeClasses,
    onLearned() {},
    onProblem() {},
  });
  cluster.nodeClasses.show(ec2NodeClass('default', ['use1-az1']));
  cluster.pools.show(storedPool('web'));
  const first = names.reach(cluster);
  expect(names.reach(cluster)).toBe(first);

  cluster.nodes.show(nodeView('n', { labels: { 'topology.k8s.aws/zone-id': 'use1-az3' } }));
  const second = names.reach(cluster);
  expect(Object.keys(second.reach.zones)).toEqual(['use1-az1', 'use1-az3']);
  expect(names.reach(cluster)).toBe(second);

  names.learn(
    nodeView('m', {
      labels: { 'topology.k8s.aws/zone-id': 'use1-az3', 'topology.kubernetes.io/zone': 'us-east-1c' },
    }),
  );
  expect(names.reach(cluster).reach.zones).toMatchObject({ 'use1-az3': { name: 'us-east-1c' } });

  Object.assign(cluster.claims, { presence: 'refused' });
  expect(names.reach(cluster).reach.unknown).toBe('the right to list NodeClaims is missing');
});
