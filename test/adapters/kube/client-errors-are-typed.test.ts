import { expect, test } from 'vitest';
import { ZonewardenError } from '../../../shared/errors/zonewarden-error.ts';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { isAlreadyExists, isConflict, isGone, isNotFound, KubeError } from '../../../shared/kube/errors.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { clientOf, failureOf, nodePool, standIn } from './fixture.ts';

test.each([
  [400, 'BadRequest', 'kube.invalid'],
  [401, 'Unauthorized', 'kube.unauthorized'],
  [403, 'Forbidden', 'kube.forbidden'],
  [404, 'NotFound', 'kube.not-found'],
  [409, 'Conflict', 'kube.conflict'],
  [409, 'AlreadyExists', 'kube.already-exists'],
  [410, 'Expired', 'kube.gone'],
  [415, 'UnsupportedMediaType', 'kube.invalid'],
  [422, 'Invalid', 'kube.invalid'],
  [429, 'TooManyRequests', 'kube.throttled'],
  [500, 'InternalError', 'kube.server'],
  [503, 'ServiceUnavailable', 'kube.server'],
  [504, 'Timeout', 'kube.server'],
])('%i %s is %s', async (status, reason, code) => {
  const api = await standIn();
  api.fail('get', { kind: 'status', status, reason, message: 'as the test wanted' });
  const error = await failureOf(clientOf(api).get(resources.nodePools, { name: 'a' }));
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toBeInstanceOf(ZonewardenError);
  expect(error).toMatchObject({ code, status, reason, name: 'KubeError' });
  expect(String(error)).toContain('get /apis/karpenter.sh/v1/nodepools/a');
  expect(String(error)).toContain('as the test wanted');
});

test('says how long a throttled caller has to wait', async () => {
  const api = await standIn();
  api.fail('get', { kind: 'status', status: 429, headers: { 'Retry-After': '7' } });
  const error = await failureOf(clientOf(api).get(resources.nodePools, { name: 'a' }));
  expect(error).toMatchObject({ code: 'kube.throttled', retryAfterSeconds: 7 });
});

test('the four questions that callers ask', async () => {
  const api = await standIn();
  const client = clientOf(api);
  const made = await client.create(resources.nodePools, nodePool('a', 1));
  expect(isNotFound(await failureOf(client.get(resources.nodePools, { name: 'b' })))).toBe(true);
  expect(isAlreadyExists(await failureOf(client.create(resources.nodePools, nodePool('a', 1))))).toBe(true);
  await client.replace(resources.nodePools, made);
  const stale = await failureOf(client.replace(resources.nodePools, made));
  expect([isConflict(stale), isNotFound(stale), isGone(stale), isAlreadyExists(stale)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(isConflict(new Error('kube.conflict'))).toBe(false);
});

test('an error page of something in between is an error of the server, with its beginning in the message', async () => {
  const api = await standIn();
  const client = clientOf(api);
  api.fail('get', { kind: 'body', body: '<html>sign in first</html>' });
  expect(await failureOf(client.get(resources.nodePools, { name: 'a' }))).toMatchObject({
    code: 'kube.undecodable',
    message: expect.stringContaining('sign in first'),
  });
});

test('a broken answer and a closed port are kube.unreachable', async () => {
  const api = await standIn();
  const client = clientOf(api);
  api.fail('get', { kind: 'broken-off' });
  expect(await failureOf(client.get(resources.nodePools, { name: 'a' }))).toMatchObject({
    code: 'kube.unreachable',
  });
  const kubeConfig = loadKubeConfig(api.kubeconfigPath);
  await api.stop();
  const late = createKubeClient({ kubeConfig, userAgent: 'late' });
  const refused = await failureOf(late.get(resources.nodePools, { name: 'a' }));
  late.close();
  expect(refused).toMatchObject({ code: 'kube.unreachable', cause: { code: 'ECONNREFUSED' } });
});
