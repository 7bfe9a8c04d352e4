import { expect, it } from 'vitest';
import { learnFromNode } from '../../../watcher/zone-names/node-zones.ts';
import { AZ1, nodeView } from '../cordon/nodes-in-memory.ts';
import { believing } from './believing.ts';

const labelled = (node: string, id: string, name: string) =>
  nodeView(node, { labels: { 'topology.k8s.aws/zone-id': id, 'topology.kubernetes.io/zone': name } });

it('one ID with two names: the one that holds is first, whoever spoke first', () => {
  const { names, told } = believing();
  names.learn('Nodes', 'Node n', 'use1-az1', 'us-east-1b');
  names.learn('EC2NodeClasses', 'EC2NodeClass default', 'use1-az1', 'us-east-1a');
  expect(told).toEqual([
    { zoneId: 'use1-az1', names: ['us-east-1a', 'us-east-1b'], from: ['EC2NodeClass default', 'Node n'] },
  ]);
});

it('one name with two IDs: the ID that keeps it is named', () => {
  const { names, told } = believing();
  names.learn('EC2NodeClasses', 'EC2NodeClass default', 'use1-az1', 'us-east-1a');
  names.learn('EC2', 'DescribeAvailabilityZones', 'use1-az2', 'us-east-1a');
  expect(told).toEqual([
    {
      zoneId: 'use1-az2',
      names: ['us-east-1a'],
      sharedWith: 'use1-az1',
      from: ['EC2NodeClass default', 'DescribeAvailabilityZones'],
    },
  ]);
});

it('a mapping that changes is one, and is told once, of however many objects', () => {
  const { names, told } = believing();
  for (const node of ['a', 'b', 'c']) learnFromNode(names, labelled(node, 'use1-az1', 'us-east-1a'));
  for (const node of ['a', 'b', 'c', 'a']) learnFromNode(names, labelled(node, 'use1-az1', 'us-east-1b'));
  names.learn('EC2NodeClasses', 'EC2NodeClass default', 'use1-az1', 'us-east-1b');
  names.learn('EC2NodeClasses', 'EC2NodeClass default', 'use1-az1', 'us-east-1c');
  expect(told.map((each) => each.names)).toEqual([
    ['us-east-1a', 'us-east-1b'],
    ['us-east-1b', 'us-east-1c'],
  ]);
  expect(names.nameOf('use1-az1')).toBe('us-east-1b');
});

it('a Node that contradicts itself is one, and teaches nothing', () => {
  const { names, told } = believing();
  const labels = {
    'topology.k8s.aws/zone-id': AZ1.id,
    'topology.kubernetes.io/zone': 'us-east-1a',
    'failure-domain.beta.kubernetes.io/zone': 'us-east-1b',
  };
  expect(learnFromNode(names, nodeView('a', { labels }))).toBe(false);
  expect(learnFromNode(names, nodeView('b', { labels }))).toBe(false);
  expect(names.nameOf(AZ1.id)).toBeUndefined();
  expect(told).toEqual([{ zoneId: AZ1.id, names: ['us-east-1a', 'us-east-1b'], from: ['Node a', 'Node a'] }]);
});

it('a Node without one of the labels teaches nothing, and contradicts nothing', () => {
  const { names, told } = believing();
  expect(learnFromNode(names, nodeView('a', { labels: { 'topology.k8s.aws/zone-id': AZ1.id } }))).toBe(false);
  expect(learnFromNode(names, nodeView('a', { labels: { 'topology.kubernetes.io/zone': AZ1.name } }))).toBe(
    false,
  );
  expect(names.nameOf(AZ1.id)).toBeUndefined();
  expect(learnFromNode(names, nodeView('a'))).toBe(true);
  expect(names.nameOf(AZ1.id)).toBe(AZ1.name);
  expect(told).toEqual([]);
});
