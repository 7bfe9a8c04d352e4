import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { failureOf, standIn } from './fixture.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kube-config-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Parts {
  cluster?: object;
  user?: object;
  context?: object;
}

function kubeconfig({ cluster, user = {}, context }: Parts, path = folder()): string {
  const file = join(path, 'config');
  const content = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'it', user: 'me', ...context } }],
    clusters: [{ name: 'it', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'me', user }],
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

function errorOf(load: () => unknown): unknown {
  try {
    return load();
  } catch (error) {
    return error;
  }
}

test('reads the server of the current context', () => {
  const access = loadKubeConfig(kubeconfig({ context: { namespace: 'zonewarden' } }));
  expect(access.server.href).toBe('https://10.0.0.1:6443/');
  expect(access.proxied).toBe(false);
});

test('another context than the current one is used where it is named, and one that is not there is an error', () => {
  const file = join(folder(), 'config');
  const contexts = ['here', 'there'].map((name) => ({ name, context: { cluster: name, user: 'me' } }));
  const clusters = ['here', 'there'].map((name) => ({
    name,
    cluster: { server: `https://${name}.example` },
  }));
  const users = [{ name: 'me', user: {} }];
  writeFileSync(file, JSON.stringify({ 'current-context': 'here', contexts, clusters, users }));
  expect(loadKubeConfig(file, 'there').server.hostname).toBe('there.example');
  expect(errorOf(() => loadKubeConfig(file, 'elsewhere'))).toMatchObject({
    code: 'kube.config',
    message: expect.stringContaining('it has here, there'),
  });
});

test('the default is the file that KUBECONFIG names', () => {
  vi.stubEnv('KUBECONFIG', kubeconfig({ cluster: { server: 'https://named-by-the-environment' } }));
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(loadKubeConfig().server.hostname).toBe('named-by-the-environment');
});

test('nothing at all is an error, not a call to localhost:8080', () => {
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('HOME', folder());
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(errorOf(() => loadKubeConfig())).toMatchObject({ code: 'kube.config' });
});

test.each([
  ['a file that is not there', () => join(folder(), 'none'), 'ENOENT'],
  [
    'a context that names no cluster',
    () => kubeconfig({ context: { cluster: 'other' } }),
    'no current context',
  ],
  [
    'plain text without consent',
    () => kubeconfig({ cluster: { server: 'http://a' } }),
    'insecure-skip-tls-verify',
  ],
  ['a server that is no URL', () => kubeconfig({ cluster: { server: 'nowhere' } }), 'nowhere'],
])('%s is kube.config', (_, make, message) => {
  const file = make();
  const error = errorOf(() => loadKubeConfig(file));
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toMatchObject({ code: 'kube.config', message: expect.stringContaining(message) });
  expect(error).toMatchObject({ message: expect.stringContaining(file) });
});

test('what is not YAML is kube.config', () => {
  const file = join(folder(), 'config');
  writeFileSync(file, '{"a": [');
  expect(errorOf(() => loadKubeConfig(file))).toMatchObject({ code: 'kube.config' });
});

test('a credential file that is missing shows at the first call, as kube.config', async () => {
  const access = loadKubeConfig(kubeconfig({ user: { 'client-certificate': '/nowhere/cert.pem' } }));
  const client = createKubeClient({ kubeConfig: access, userAgent: 'test' });
  const error = await failureOf(client.list(resources.nodes));
  client.close();
  expect(error).toMatchObject({ code: 'kube.config', message: expect.stringContaining('/nowhere/cert.pem') });
});

test('a token file may end with a line end, and is read again after a minute', async () => {
  const api = await standIn();
  const path = folder();
  const tokenFile = join(path, 'token');
  writeFileSync(tokenFile, 'first\n');
  const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  const cluster = { server: `${api.url}/prefix`, 'insecure-skip-tls-verify': true };
  const access = loadKubeConfig(kubeconfig({ user, cluster }, path));
  expect((await access.options()).headers).toMatchObject({ Authorization: 'Bearer first' });

  writeFileSync(tokenFile, 'second\n');
  expect((await access.options()).headers).toMatchObject({ Authorization: 'Bearer first' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect((await access.options()).headers).toMatchObject({ Authorization: 'Bearer second' });
});

test('a path in the server address leads every call', async () => {
  const api = await standIn();
  const cluster = { server: `${api.url}/k8s/clusters/c-1`, 'insecure-skip-tls-verify': true };
  const client = createKubeClient({ kubeConfig: loadKubeConfig(kubeconfig({ cluster })), userAgent: 'test' });
  const error = await failureOf(client.list(resources.nodes));
  client.close();
  expect(String(error)).toContain('no such path /k8s/clusters/c-1/api/v1/nodes');
});
