import { expect, test } from 'vitest';
import { objectKey } from '../../../shared/kube/object.ts';
import { queryString } from '../../../shared/kube/query.ts';
import { apiVersionOf, resourcePath, resources } from '../../../shared/kube/resource.ts';

test.each([
  [resources.nodes, {}, '/api/v1/nodes'],
  [resources.configMaps, {}, '/api/v1/configmaps'],
  [resources.configMaps, { namespace: 'kube-system' }, '/api/v1/namespaces/kube-system/configmaps'],
  [resources.leases, { namespace: 'a', name: 'b' }, '/apis/coordination.k8s.io/v1/namespaces/a/leases/b'],
  [resources.nodePools, { name: 'general' }, '/apis/karpenter.sh/v1/nodepools/general'],
  [resources.nodePools, { name: 'a', subresource: 'status' }, '/apis/karpenter.sh/v1/nodepools/a/status'],
  [resources.nodePools, { namespace: 'ignored', name: 'a' }, '/apis/karpenter.sh/v1/nodepools/a'],
  [resources.ec2NodeClasses, {}, '/apis/karpenter.k8s.aws/v1/ec2nodeclasses'],
  [resources.nodePools, { name: '../a?b' }, '/apis/karpenter.sh/v1/nodepools/..%2Fa%3Fb'],
])('%o at %o is %s', (type, at, path) => {
  expect(resourcePath(type, at)).toBe(path);
});

test('apiVersion of the core group has no slash', () => {
  expect(apiVersionOf(resources.secrets)).toBe('v1');
  expect(apiVersionOf(resources.nodeClaims)).toBe('karpenter.sh/v1');
});

test('a key is the namespace and the name, or the name alone', () => {
  expect(objectKey({ namespace: 'a', name: 'b' })).toBe('a/b');
  expect(objectKey({ name: 'b' })).toBe('b');
});

test('a query holds what is set, escaped', () => {
  expect(queryString({})).toBe('');
  expect(queryString({ a: undefined, force: false })).toBe('');
  expect(queryString({ fieldSelector: 'metadata.name=a b', limit: 5, force: true })).toBe(
    '?fieldSelector=metadata.name%3Da+b&limit=5&force=true',
  );
});
