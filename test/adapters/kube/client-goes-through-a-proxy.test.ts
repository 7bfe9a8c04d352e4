import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { nodePool, standIn } from './fixture.ts';

/** An HTTP proxy that tunnels, and counts how often it was asked to. */
async function startProxy(): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const server = http.createServer();
  server.on('connect', (request, socket, head) => {
    tunnels.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, tunnels };
}

test('calls go through the proxy that the kubeconfig names', async () => {
  const api = await standIn();
  const proxy = await startProxy();
  const config = JSON.parse(readFileSync(api.kubeconfigPath, 'utf8'));
  config.clusters[0].cluster['proxy-url'] = proxy.url;
  writeFileSync(api.kubeconfigPath, JSON.stringify(config));
  const access = loadKubeConfig(api.kubeconfigPath);
  expect(access.proxied).toBe(true);

  const client = createKubeClient({ kubeConfig: access, userAgent: 'test' });
  onTestFinished(() => client.close());
  api.put(resources.nodePools, nodePool('a', 1));
  expect((await client.get(resources.nodePools, { name: 'a' })).metadata.name).toBe('a');
  expect(proxy.tunnels).toEqual([`127.0.0.1:${api.port}`]);
});
