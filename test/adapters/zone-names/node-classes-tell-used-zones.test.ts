import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { nodeView } from '../../unit/cordon/nodes-in-memory.ts';
import { standIn, until } from '../kube/fixture.ts';
import { naming, never, put, putNodeClass } from './naming-zones.ts';

const AZ = (number: number, name: string) => `use1-az${number}=us-east-1${name}`;
const labelled = (node: string, id: string, name: string) =>
  nodeView(node, { labels: { 'topology.k8s.aws/zone-id': id, 'topology.kubernetes.io/zone': name } });

test('names and used zones come from EC2NodeClasses and Nodes; what is gone is used no more, and keeps its name', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a'), AZ(2, 'd'), AZ(1, 'a')]);
  putNodeClass(api, 'gpu', [AZ(3, 'e')]);
  const { names, told } = naming(api);
  expect(names.used([])).toBeUndefined();
  names.start();
  await names.known(never);
  expect(names.used(undefined)).toBeUndefined();
  const three = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1d', 'use1-az3': 'us-east-1e' };
  expect(names.used([])).toEqual(three);

  const node = labelled('n', 'use1-az4', 'us-east-1f');
  names.learn(node);
  expect(names.used([node])).toEqual({ ...three, 'use1-az4': 'us-east-1f' });
  expect(names.used([])).toEqual(three);
  expect(names.nameOf('use1-az4')).toBe('us-east-1f');

  api.remove(resources.ec2NodeClasses, { name: 'gpu' });
  await until(() => names.used([])?.['use1-az3'] === undefined);
  expect(Object.keys(names.used([]) ?? {})).toEqual(['use1-az1', 'use1-az2']);
  expect(names.nameOf('use1-az3')).toBe('us-east-1e');
  const known = { ...three, 'use1-az4': 'us-east-1f' };
  for (const [id, name] of Object.entries(known)) expect(names.nameOf(id)).toBe(name);
  expect(told).toMatchObject({ problems: [], contradictions: [], ec2: [] });
  expect([...names.parents()]).toEqual([]);
});

test('an EC2NodeClass changes its subnets: the new ones count', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a'), AZ(2, 'd')]);
  const { names } = naming(api);
  names.start();
  await names.known(never);
  putNodeClass(api, 'default', [AZ(2, 'd'), AZ(3, 'e')]);
  await until(() => names.used([])?.['use1-az1'] === undefined);
  expect(names.used([])).toEqual({ 'use1-az2': 'us-east-1d', 'use1-az3': 'us-east-1e' });
});

test('while Karpenter has not looked for the subnets of one, nothing is said of any', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a'), AZ(2, 'd')]);
  put(api, { metadata: { name: 'new' } });
  const { names } = naming(api);
  names.start();
  await names.known(never);
  expect(names.used([])).toBeUndefined();
  putNodeClass(api, 'new', [], 'Unknown');
  putNodeClass(api, 'marker', [AZ(4, 'f')]);
  await until(() => names.nameOf('use1-az4') !== undefined);
  expect(names.used([])).toBeUndefined();
  putNodeClass(api, 'new', [], 'False');
  await until(() => names.used([]) !== undefined);
  expect(Object.keys(names.used([]) ?? {})).toEqual(['use1-az1', 'use1-az2', 'use1-az4']);
});

test('one whose selector matches nothing any more counts with what it had until it is gone', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a'), AZ(2, 'd'), AZ(3, 'e')], 'True');
  const { names } = naming(api);
  names.start();
  await names.known(never);
  putNodeClass(api, 'default', [], 'False');
  putNodeClass(api, 'marker', [AZ(1, 'a'), AZ(4, 'f')]);
  await until(() => names.nameOf('use1-az4') !== undefined);
  expect(Object.keys(names.used([]) ?? {})).toHaveLength(4);
  api.remove(resources.ec2NodeClasses, { name: 'default' });
  await until(() => Object.keys(names.used([]) ?? {}).length === 2);
});

test('one zone is the only one where EC2NodeClasses say so, and not where one of them finds no subnet', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a')], 'True');
  const { names } = naming(api);
  names.start();
  await names.known(never);
  expect(names.used([labelled('n', 'use1-az1', 'us-east-1a')])).toEqual({ 'use1-az1': 'us-east-1a' });
  putNodeClass(api, 'broken', [], 'False');
  await until(() => names.used([]) === undefined);
});

test('one that cannot be read is a problem, and nothing is said', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a'), AZ(2, 'd')]);
  put(api, { metadata: { name: 'odd' }, status: { subnets: 'none' } });
  const { names, told } = naming(api);
  names.start();
  await names.known(never);
  expect(names.nameOf('use1-az1')).toBe('us-east-1a');
  expect(names.used([])).toBeUndefined();
  expect(told.problems).toMatchObject([{ kind: 'parse' }]);
});

test('one that cannot be read any more counts with what it had, and one that never could be until it is gone', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', [AZ(1, 'a'), AZ(2, 'd')]);
  const { names, told } = naming(api);
  names.start();
  await names.known(never);
  put(api, { metadata: { name: 'default' }, status: { subnets: 'none' } });
  await until(() => told.problems.length === 1);
  const two = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1d' };
  expect(names.used([])).toEqual(two);
  put(api, { metadata: { name: 'odd' }, status: { subnets: 'none' } });
  await until(() => told.problems.length === 2);
  expect(names.used([])).toBeUndefined();
  api.remove(resources.ec2NodeClasses, { name: 'odd' });
  await until(() => names.used([]) !== undefined);
  expect(names.used([])).toEqual(two);
  putNodeClass(api, 'default', [AZ(3, 'e'), AZ(2, 'd')]);
  await until(() => names.used([])?.['use1-az3'] !== undefined);
  expect(Object.keys(names.used([]) ?? {})).toEqual(['use1-az2', 'use1-az3']);
});

test('without the kind Nodes tell, and that is told once', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 404, reason: 'NotFound' }, Number.POSITIVE_INFINITY);
  const { names, told } = naming(api);
  names.start();
  await names.known(never);
  await until(() => api.seen('list').length >= 5);
  const [one, two] = [labelled('a', 'use1-az1', 'us-east-1a'), labelled('b', 'use1-az2', 'us-east-1d')];
  for (const node of [one, two]) names.learn(node);
  expect(told.problems).toMatchObject([{ kind: 'list', error: { code: 'kube.not-found' } }]);
  await until(() => names.used([one, two]) !== undefined);
  expect(names.used([one, two])).toEqual({ 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1d' });
  expect(names.used([one])).toBeUndefined();
});

test('who may not read EC2NodeClasses does not know what is used, but has names from Nodes', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 403, reason: 'Forbidden' }, Number.POSITIVE_INFINITY);
  const { names, told } = naming(api);
  names.start();
  await names.known(never);
  await until(() => api.seen('list').length >= 5);
  expect(told.problems).toMatchObject([{ kind: 'list', error: { code: 'kube.forbidden' } }]);
  const nodes = [labelled('a', 'use1-az1', 'us-east-1a'), labelled('b', 'use1-az2', 'us-east-1d')];
  for (const node of nodes) names.learn(node);
  expect(names.used(nodes)).toBeUndefined();
  expect(names.nameOf('use1-az2')).toBe('us-east-1d');
});

test('two EC2NodeClasses that contradict each other, and a Node that contradicts both: told once each, no flapping', async () => {
  const api = await standIn();
  putNodeClass(api, 'a', [AZ(1, 'a'), AZ(2, 'd')]);
  const { names, told } = naming(api);
  names.start();
  await names.known(never);
  putNodeClass(api, 'b', [AZ(1, 'b'), AZ(3, 'e')]);
  await until(() => names.nameOf('use1-az3') !== undefined);
  for (let look = 0; look < 3; look += 1) names.learn(labelled('n', 'use1-az1', 'us-east-1c'));
  expect(names.nameOf('use1-az1')).toBe('us-east-1a');
  expect(told.contradictions).toEqual([
    {
      zoneId: 'use1-az1',
      names: ['us-east-1a', 'us-east-1b'],
      from: ['EC2NodeClass a', 'EC2NodeClass b'],
    },
    { zoneId: 'use1-az1', names: ['us-east-1a', 'us-east-1c'], from: ['EC2NodeClass a', 'Node n'] },
  ]);
});
