import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { clientOf, failureOf, nodePool, standIn, until } from './fixture.ts';

test('a call that is not answered ends at its time limit, with its verb and path in the message', async () => {
  const api = await standIn();
  api.fail('get', { kind: 'hang' });
  const error = await failureOf(clientOf(api).get(resources.nodePools, { name: 'a' }, { timeoutMs: 20 }));
  expect(error).toMatchObject({ code: 'kube.timeout' });
  expect(String(error)).toContain('get /apis/karpenter.sh/v1/nodepools/a');
});

test('the limit of the client holds for calls that name none', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'hang' });
  expect(await failureOf(clientOf(api, 20).list(resources.nodes))).toMatchObject({ code: 'kube.timeout' });
});

test('an answer that stops half way ends at the limit too', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'stalled' });
  const error = await failureOf(clientOf(api).list(resources.nodePools, {}, { timeoutMs: 50 }));
  expect(error).toMatchObject({ code: 'kube.timeout' });
  await until(() => api.openConnections === 0);
});

test('a watch that is not accepted, and one that falls silent, end at their limits', async () => {
  const api = await standIn();
  const client = clientOf(api, 30);
  const listen = async (inactivityMs: number) => {
    const limits = { signal: new AbortController().signal, inactivityMs };
    const events = client.watch(resources.nodePools, { resourceVersion: '1', timeoutSeconds: 9 }, limits);
    for await (const event of events) expect(event).toBeUndefined();
  };
  api.fail('watch', { kind: 'hang' });
  expect(await failureOf(listen(60_000))).toMatchObject({ code: 'kube.timeout', reason: undefined });
  api.fail('watch', { kind: 'silent' });
  expect(await failureOf(listen(200))).toMatchObject({ code: 'kube.timeout', reason: 'Inactive' });
  await until(() => api.openConnections === 0);
});

test('after a timeout the other idle connections are not trusted any more', async () => {
  const api = await standIn();
  const client = clientOf(api);
  await Promise.all(Array.from({ length: 4 }, () => client.list(resources.nodes)));
  await until(() => api.openConnections > 0);
  api.fail('list', { kind: 'hang' });
  await failureOf(client.list(resources.nodes, {}, { timeoutMs: 20 }));
  await until(() => api.openConnections === 0);
  await client.list(resources.nodes);
});

test('the signal of the caller ends a call, before and after it is sent', async () => {
  const api = await standIn();
  const client = clientOf(api);
  const caller = new AbortController();
  api.fail('get', { kind: 'hang' });
  const call = failureOf(client.get(resources.nodePools, { name: 'a' }, { signal: caller.signal }));
  await until(() => api.seen('get').length === 1);
  caller.abort(new Error('changed my mind'));
  expect(await call).toMatchObject({ code: 'kube.aborted', cause: { message: 'changed my mind' } });
  await until(() => api.openConnections === 0);
  expect(await failureOf(client.list(resources.nodes, {}, { signal: caller.signal }))).toMatchObject({
    code: 'kube.aborted',
  });
  expect(api.requests).toHaveLength(1);
});

test('a watch that its reader leaves is closed', async () => {
  const api = await standIn();
  const client = clientOf(api);
  api.put(resources.nodePools, nodePool('a', 1));
  const limits = { signal: new AbortController().signal, inactivityMs: 60_000 };
  const events = client.watch(resources.nodePools, { resourceVersion: '1000', timeoutSeconds: 9 }, limits);
  for await (const event of events) {
    expect(event).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
    break;
  }
  await until(() => api.openWatches === 0 && api.openConnections === 0);
});

test('the time that the reader of a watch takes is not silence of the server', async () => {
  const api = await standIn();
  const client = clientOf(api);
  api.put(resources.nodePools, nodePool('a', 1));
  const limits = { signal: new AbortController().signal, inactivityMs: 50 };
  const events = client.watch(resources.nodePools, { resourceVersion: '1000', timeoutSeconds: 9 }, limits);
  const heard: string[] = [];
  for await (const event of events) {
    heard.push(event.type);
    if (heard.length === 2) break;
    const until = performance.now() + 200;
    while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    api.put(resources.nodePools, nodePool('a', 2));
  }
  expect(heard).toEqual(['ADDED', 'MODIFIED']);
});
