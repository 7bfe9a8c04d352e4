import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { nodeObject, nodeView } from '../../unit/cordon/nodes-in-memory.ts';
import { standIn, until } from '../kube/fixture.ts';
import { asking, ec2 } from './asking-zones.ts';
import { naming, never, putNodeClass } from './naming-zones.ts';

const MINUTE = 60_000;
const later = () => new Promise((resolve) => setTimeout(resolve, 20));

test('a Node of the zone is asked for, one, and only for an ID that is unknown', async () => {
  const api = await standIn();
  api.put(resources.nodes, nodeObject('a'));
  const { names } = naming(api);
  await names.lookUp(['use1-az1', 'use1-az1', 'x,y=z'], never);
  expect(names.nameOf('use1-az1')).toBe('us-east-1a');
  await names.lookUp(['use1-az1'], never);
  const queries = api.seen('list').map(({ path, query }) => [path, Object.fromEntries(query)]);
  expect(queries).toEqual([
    [
      '/api/v1/nodes',
      { labelSelector: 'topology.k8s.aws/zone-id=use1-az1,topology.kubernetes.io/zone', limit: '1' },
    ],
  ]);
});

test('an API server that fails is a problem, and ends no look-up', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 403, reason: 'Forbidden' });
  const { names, told } = naming(api);
  await names.lookUp(['use1-az1'], never);
  expect(told.problems).toMatchObject([{ kind: 'look-up', error: { code: 'kube.forbidden' } }]);
});

test('EC2 is asked at the start, is believed last, and tells parents', async () => {
  const api = await standIn();
  putNodeClass(api, 'default', ['use1-az1=us-east-1b']);
  const aws = await ec2();
  const { names, told } = naming(api, asking(aws));
  names.learn(nodeView('n', { labels: labels('use1-az2', 'us-east-1c') }));
  names.start();
  await names.known(never);
  await until(() => names.parents().size > 0);
  expect(names.nameOf('use1-az1')).toBe('us-east-1b');
  expect(names.nameOf('use1-az2')).toBe('us-east-1c');
  expect(names.nameOf('use1-qro1-az1')).toBe('us-east-1-qro-1a');
  expect(names.nameOf('use1-wl1-bos-wlz1')).toBe('us-east-1-wl1-bos-wlz-1');
  expect(Object.fromEntries(names.parents())).toEqual({
    'use1-qro1-az1': 'use1-az1',
    'use1-wl1-bos-wlz1': 'use1-az1',
  });
  expect(told.contradictions).toEqual([
    {
      zoneId: 'use1-az1',
      names: ['us-east-1b', 'us-east-1a'],
      from: ['EC2NodeClass default', 'DescribeAvailabilityZones'],
    },
    {
      zoneId: 'use1-az2',
      names: ['us-east-1c', 'us-east-1d'],
      from: ['Node n', 'DescribeAvailabilityZones'],
    },
  ]);
  expect(told.ec2).toEqual([]);
});

test('an unknown ID is asked for again, but a minute has to pass; a look-up has the answer', async () => {
  const api = await standIn();
  const aws = await ec2();
  const { names, clock } = naming(api, asking(aws));
  names.start();
  await until(() => names.nameOf('use1-az1') !== undefined);
  aws.zones.push({ id: 'use1-az9', name: 'us-east-1z' });
  await names.lookUp(['use1-az9'], never);
  clock.ms = MINUTE - 1;
  expect(names.nameOf('use1-az9')).toBeUndefined();
  await later();
  expect(aws.requests).toHaveLength(1);
  clock.ms = MINUTE;
  await names.lookUp(['use1-az9'], never);
  expect(names.nameOf('use1-az9')).toBe('us-east-1z');
  expect(aws.requests).toHaveLength(2);
});

test('what is known is asked for each hour only', async () => {
  const api = await standIn();
  const aws = await ec2();
  const { names, clock } = naming(api, asking(aws));
  names.start();
  await until(() => names.nameOf('use1-az1') !== undefined);
  clock.ms = 59 * MINUTE;
  await names.lookUp(['use1-az1'], never);
  await later();
  expect(aws.requests).toHaveLength(1);
});

test('an EC2 that refuses is told once, then what else is wrong, and again once it has answered; nothing is forgotten', async () => {
  const api = await standIn();
  const aws = await ec2();
  const { names, told, clock } = naming(api, asking(aws));
  names.start();
  await until(() => names.nameOf('use1-az1') !== undefined);
  let asked = 1;
  const askAgain = async () => {
    asked += 1;
    clock.ms += 11 * MINUTE;
    await names.lookUp(['use1-az9'], never);
    await until(() => aws.requests.length === asked);
  };
  aws.misbehave('denied');
  await askAgain();
  await askAgain();
  await until(() => told.ec2.length === 1);
  aws.misbehave('empty');
  await askAgain();
  await until(() => told.ec2.length === 2);
  expect(names.nameOf('use1-az1')).toBe('us-east-1a');
  expect(names.parents().size).toBe(2);
  aws.heal();
  await askAgain();
  aws.misbehave('empty');
  await askAgain();
  await until(() => told.ec2.length === 3);
  expect(told.ec2).toEqual(['ec2.denied', 'ec2.unreadable', 'ec2.unreadable']);
});

test('while EC2 fails, its back-off holds for unknown IDs too', async () => {
  const api = await standIn();
  const aws = await ec2();
  aws.misbehave('denied');
  const { names, told, clock } = naming(api, asking(aws));
  names.start();
  await until(() => told.ec2.length === 1);
  clock.ms = MINUTE;
  await names.lookUp(['use1-az1'], never);
  await later();
  expect(aws.requests).toHaveLength(1);
  clock.ms = 2 * MINUTE;
  await names.lookUp(['use1-az1'], never);
  expect(aws.requests).toHaveLength(2);
});

test('a stop ends a question that is not answered', async () => {
  const api = await standIn();
  const aws = await ec2();
  aws.misbehave('slow');
  const { names, told } = naming(api, asking(aws));
  names.start();
  await until(() => aws.requests.length === 1);
  const lookUp = names.lookUp(['use1-az1'], never);
  await names.stop();
  await lookUp;
  expect(told.ec2).toEqual([]);
  expect(names.nameOf('use1-az1')).toBeUndefined();
});

function labels(id: string, name: string) {
  return { 'topology.k8s.aws/zone-id': id, 'topology.kubernetes.io/zone': name };
}
