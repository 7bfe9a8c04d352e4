import { expect, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { clientOf, failureOf, nodePool, standIn } from './fixture.ts';

test('every call carries credentials, an agent name and what it accepts', async () => {
  const api = await standIn();
  await clientOf(api).list(resources.nodes);
  expect(api.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer stand-in-token',
    'user-agent': 'zonewarden-test',
    accept: 'application/json',
    connection: 'keep-alive',
  });
});

test.each([
  ['merge', 'application/merge-patch+json', { spec: { weight: 2 } }],
  ['json', 'application/json-patch+json', [{ op: 'test', path: '/spec/weight', value: 1 }]],
  ['apply', 'application/apply-patch+yaml', { spec: { weight: 2 } }],
] as const)('a %s patch is sent as %s', async (kind, contentType, body) => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  await clientOf(api).patch(
    resources.nodePools,
    { name: 'a' },
    { kind, body },
    { fieldManager: 'zonewarden', force: true, dryRun: true },
  );
  const [request] = api.seen('patch');
  expect(request?.headers['content-type']).toBe(contentType);
  expect(JSON.parse(request?.body ?? '')).toEqual(body);
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    fieldManager: 'zonewarden',
    force: 'true',
    dryRun: 'All',
  });
});

test('a patch without options has no query', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  await clientOf(api).patch(resources.nodePools, { name: 'a' }, { kind: 'merge', body: {} });
  expect([...(api.seen('patch')[0]?.query ?? [])]).toEqual([]);
});

test('create and replace complete the kind that items of a list do not carry', async () => {
  const api = await standIn();
  const client = clientOf(api);
  const made = await client.create(
    resources.configMaps,
    { metadata: { name: 'zones' }, data: {} },
    { namespace: 'kube-system', fieldManager: 'me' },
  );
  expect(made.metadata).toMatchObject({ name: 'zones', namespace: 'kube-system' });
  await client.replace(resources.configMaps, { ...made, data: { a: 'b' } });
  for (const request of [...api.seen('create'), ...api.seen('replace')]) {
    expect(JSON.parse(request.body)).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  }
  expect(api.seen('create')[0]?.path).toBe('/api/v1/namespaces/kube-system/configmaps');
  expect(api.seen('create')[0]?.query.get('fieldManager')).toBe('me');
  expect(api.seen('replace')[0]?.path).toBe('/api/v1/namespaces/kube-system/configmaps/zones');
  await client.delete(resources.configMaps, { namespace: 'kube-system', name: 'zones' });
  expect(api.read(resources.configMaps, { namespace: 'kube-system', name: 'zones' })).toBeUndefined();
});

test('an address that would name something else is refused before anything is sent', async () => {
  const api = await standIn();
  const client = clientOf(api);
  const failures = await Promise.all([
    failureOf(client.delete(resources.configMaps, { name: 'a' })),
    failureOf(client.delete(resources.nodePools, { name: '' })),
    failureOf(client.create(resources.configMaps, { metadata: { name: 'a' } })),
    failureOf(client.replace(resources.nodePools, { metadata: {} })),
  ]);
  for (const failure of failures) expect(failure).toMatchObject({ code: 'kube.invalid' });
  expect(api.requests).toEqual([]);
});

test('all pages of a list are one list', async () => {
  const api = await standIn();
  for (let index = 0; index < 1_203; index += 1)
    api.put(resources.nodePools, nodePool(`pool-${index}`, index));
  const client = clientOf(api);
  const { items, metadata } = await client.listAll(resources.nodePools);
  expect(new Set(items.map((item) => item.metadata.name)).size).toBe(1_203);
  expect(metadata.resourceVersion).toBe(String(api.store.revision));
  expect(api.seen('list').map(({ query }) => query.get('limit'))).toEqual(['500', '500', '500']);
  const page = await client.list(resources.nodePools, { limit: 10 });
  expect(page.items).toHaveLength(10);
  expect(page.metadata.continue).toBeDefined();
});

test('when a continue token expires half way the list is begun anew, page by page', async () => {
  const api = await standIn();
  for (let index = 0; index < 30; index += 1) api.put(resources.nodePools, nodePool(`pool-${index}`, index));
  api.fail('list', { kind: 'pass' });
  api.fail('list', { kind: 'status', status: 410, reason: 'Expired' });
  const { items } = await clientOf(api).listAll(resources.nodePools, { limit: 20 });
  expect(items).toHaveLength(30);
  expect(api.seen('list').map(({ query }) => query.get('limit'))).toEqual(['20', '20', '20', '20']);
  expect(api.seen('list').map(({ query }) => query.has('continue'))).toEqual([false, true, false, true]);
});

test('a list whose continue token expires each time ends with what the server said', async () => {
  const api = await standIn();
  for (let index = 0; index < 30; index += 1) api.put(resources.nodePools, nodePool(`pool-${index}`, index));
  for (let beginning = 0; beginning < 3; beginning += 1) {
    api.fail('list', { kind: 'pass' });
    api.fail('list', { kind: 'status', status: 410, reason: 'Expired' });
  }
  const list = clientOf(api).listAll(resources.nodePools, { limit: 20 });
  await expect(list).rejects.toMatchObject({ code: 'kube.gone' });
  expect(api.seen('list')).toHaveLength(6);
});
