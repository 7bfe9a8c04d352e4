import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { clientOf, failureOf, nodePool, standIn, until } from './fixture.ts';

function selfSigned(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kube-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const what = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  const name = ['-subj', '/CN=stand-in', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...what, ...name, '-keyout', keyFile, '-out', certFile], {
    stdio: 'pipe',
  });
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}

test('50 calls over TLS are one connection, and so one handshake', async () => {
  const api = await standIn(selfSigned());
  api.put(resources.nodePools, nodePool('a', 1));
  const client = clientOf(api);
  for (let count = 0; count < 25; count += 1) {
    await client.get(resources.nodePools, { name: 'a' });
    await client.patch(resources.nodePools, { name: 'a' }, { kind: 'merge', body: {} });
  }
  expect(api.requests).toHaveLength(50);
  expect(api.connections).toBe(1);
});

test('failed calls keep the connection as well', async () => {
  const api = await standIn();
  const client = clientOf(api);
  for (let count = 0; count < 10; count += 1)
    await failureOf(client.get(resources.nodePools, { name: 'none' }));
  expect(api.connections).toBe(1);
});

test('a watch that the server ends in order gives its connection back', async () => {
  const api = await standIn();
  const client = clientOf(api);
  for (let count = 0; count < 3; count += 1) {
    api.fail('watch', { kind: 'close' });
    const limits = { signal: new AbortController().signal, inactivityMs: 60_000 };
    const events = client.watch(
      resources.nodePools,
      { resourceVersion: '1000', timeoutSeconds: 300 },
      limits,
    );
    for await (const event of events) expect(event).toBeUndefined();
  }
  expect(api.seen('watch')).toHaveLength(3);
  expect(api.connections).toBe(1);
});

test('calls side by side get connections of their own, which are kept', async () => {
  const api = await standIn();
  const client = clientOf(api);
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 8 }, () => client.list(resources.nodePools)));
  }
  expect(api.connections).toBeLessThanOrEqual(8);
});

test('a kept connection that the server drops under a call is replaced, where sending twice does no harm', async () => {
  const api = await standIn();
  api.put(resources.nodePools, nodePool('a', 1));
  const client = clientOf(api);
  await client.list(resources.nodePools);
  api.fail('get', { kind: 'reset' });
  await client.get(resources.nodePools, { name: 'a' });
  api.fail('patch', { kind: 'reset' });
  await client.patch(resources.nodePools, { name: 'a' }, { kind: 'merge', body: {} });
  expect(api.seen('get')).toHaveLength(2);
  expect(api.seen('patch')).toHaveLength(2);

  api.fail('create', { kind: 'reset' });
  expect(await failureOf(client.create(resources.nodePools, nodePool('b', 1)))).toMatchObject({
    code: 'kube.unreachable',
  });
  expect(api.seen('create')).toHaveLength(1);
});

test('closing ends every call and watch and every connection', async () => {
  const api = await standIn();
  const client = clientOf(api);
  await client.list(resources.nodePools);
  api.fail('get', { kind: 'hang' });
  const call = failureOf(client.get(resources.nodePools, { name: 'a' }));
  const watching = failureOf(
    (async () => {
      const limits = { signal: new AbortController().signal, inactivityMs: 60_000 };
      const events = client.watch(resources.nodePools, { resourceVersion: '1', timeoutSeconds: 9 }, limits);
      for await (const event of events) expect(event).toBeDefined();
    })(),
  );
  await until(() => api.openWatches === 1 && api.seen('get').length === 1);
  client.close();
  expect(await call).toMatchObject({ code: 'kube.aborted' });
  expect(await watching).toMatchObject({ code: 'kube.aborted' });
  await until(() => api.openConnections === 0);
  expect(await failureOf(client.list(resources.nodePools))).toMatchObject({ code: 'kube.aborted' });
});
