import { expect, it } from 'vitest';
import { readNode } from '../../../shared/views/node.ts';
import { AZ1, nodeObject } from './nodes-in-memory.ts';

it('of a Node, what the cordon goes by is kept, and nothing else', () => {
  const node = nodeObject('a', { unschedulable: true, mark: AZ1.id, manager: 'kubectl-cordon' });
  node.status = { images: [{ names: ['x'] }] };
  expect(readNode(node)).toEqual({
    name: 'a',
    resourceVersion: '1',
    nodePool: undefined,
    zoneId: AZ1.id,
    zoneNames: [AZ1.name],
    unschedulable: true,
    mark: AZ1.id,
    cordonedByOthers: true,
    deleting: false,
  });
});

it('the least that a Node can be', () => {
  expect(readNode({ metadata: { name: 'a', resourceVersion: '7' } })).toEqual({
    name: 'a',
    resourceVersion: '7',
    nodePool: undefined,
    zoneId: undefined,
    zoneNames: [],
    unschedulable: false,
    mark: undefined,
    cordonedByOthers: false,
    deleting: false,
  });
});

it('an empty label names no zone, and a name under two keys is one', () => {
  const labels = {
    'topology.k8s.aws/zone-id': '',
    'topology.kubernetes.io/zone': AZ1.name,
    'failure-domain.beta.kubernetes.io/zone': AZ1.name,
  };
  expect(readNode(nodeObject('a', { labels }))).toMatchObject({ zoneId: undefined, zoneNames: [AZ1.name] });
});

it.each([
  ['our own cordon', 'zonewarden-watcher', false],
  ['an apply that found no managedFields', 'before-first-apply', false],
  ['kubectl', 'kubectl-cordon', true],
])('%s is told apart by the owner of the field', (_what, manager, others) => {
  expect(readNode(nodeObject('a', { unschedulable: true, manager })).cordonedByOthers).toBe(others);
});

it('managers of other fields do not count', () => {
  const node = nodeObject('a', { unschedulable: true, manager: 'zonewarden-watcher' });
  node.metadata.managedFields?.push({ manager: 'kubelet', fieldsV1: { 'f:status': {} } }, { manager: 'x' });
  expect(readNode(node).cordonedByOthers).toBe(false);
});

it('what is no Node is refused', () => {
  expect(() => readNode({ metadata: { name: 'a' } })).toThrow();
  expect(() =>
    readNode({ metadata: { name: 'a', resourceVersion: '1' }, spec: { unschedulable: 'yes' } }),
  ).toThrow();
});

it.each<[string, Parameters<typeof nodeObject>[1]]>([
  ['one of ours', { unschedulable: true, mark: AZ1.id, manager: 'zonewarden-watcher' }],
  ['one of somebody else', { unschedulable: true, manager: 'kubectl-cordon' }],
  ['one by its old label', { labels: { 'failure-domain.beta.kubernetes.io/zone': AZ1.name, other: 'x' } }],
  ['one without a zone, on its way out', { labels: {}, deleting: true }],
])('%s is kept without what is not read', (_what, given) => {
  const view = readNode(nodeObject('a', given));
  const node = nodeObject('a', given);
  Object.assign(node, { status: { images: [{ names: ['x'.repeat(5000)] }] } });
  node.metadata.managedFields?.push({ manager: 'kubelet', fieldsV1: { 'f:status': { 'f:images': {} } } });
  Object.assign(node.metadata.labels ?? {}, { 'kubernetes.io/hostname': 'x'.repeat(5000) });
  Object.assign(node.metadata.annotations ?? {}, { 'csi.volume.kubernetes.io/nodeid': 'x'.repeat(5000) });
  expect(readNode(node)).toEqual(view);
  expect(JSON.stringify(readNode(node)).length).toBeLessThan(500);
});
