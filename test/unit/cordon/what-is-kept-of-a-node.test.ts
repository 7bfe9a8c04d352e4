import { expect, it } from 'vitest';
import { encodeHeld } from '../../../shared/views/held-mark.ts';
import { readNode } from '../../../shared/views/node.ts';
import { AZ1, nodeObject } from './nodes-in-memory.ts';

const NOTHING_HOLDS = {
  'karpenter.sh/do-not-disrupt': { value: undefined, byOthers: false },
  'karpenter.sh/do-not-repair': { value: undefined, byOthers: false },
};

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
    held: undefined,
    holding: NOTHING_HOLDS,
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
    held: undefined,
    holding: NOTHING_HOLDS,
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

it.each<[string, string | undefined, boolean]>([
  ['ours', 'zonewarden-watcher', false],
  ['of an apply that found no managedFields', 'before-first-apply', false],
  ['of nobody, where they were stripped', undefined, false],
  ["a person's", 'kubectl-annotate', true],
])('what holds it is told apart by the owner of the annotation: %s', (_what, manager, byOthers) => {
  const name = 'karpenter.sh/do-not-disrupt';
  const node = nodeObject('a');
  node.metadata.annotations = { [name]: 'true' };
  const fieldsV1 = { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${name}`]: {} } } };
  node.metadata.managedFields = manager === undefined ? [] : [{ manager, operation: 'Update', fieldsV1 }];
  expect(readNode(node).holding[name]).toEqual({ value: 'true', byOthers });
});

const MARK = { zoneId: 'use1-az1', before: { 'karpenter.sh/do-not-disrupt': null } };
it.each<[string, string, object | undefined]>([
  ['ours', JSON.stringify(MARK), MARK],
  [
    'with what stood there',
    encodeHeld({ zoneId: 'a', before: { 'karpenter.sh/do-not-repair': 'no' } }),
    { zoneId: 'a', before: { 'karpenter.sh/do-not-repair': 'no' } },
  ],
  ['that nobody writes', 'true', undefined],
  ['with a value that is none', '{"zoneId":"a","before":{"karpenter.sh/do-not-disrupt":7}}', undefined],
  ['that is no JSON', '{', undefined],
  ['that is too long', JSON.stringify({ ...MARK, zoneId: 'a'.repeat(5000) }), undefined],
])('a mark of what we hold it by, %s', (_what, text, mark) => {
  const node = nodeObject('a');
  node.metadata.annotations = { 'zonewarden.io/held': text };
  expect(readNode(node).held).toEqual(mark);
});
