import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startApiServer } from '../../control-plane/api-server.ts';
import { ensureBinaries } from '../../control-plane/binaries.ts';
import { prepareFolder } from '../../control-plane/control-plane-folder.ts';
import { startEtcd } from '../../control-plane/etcd.ts';

const cleanUps: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A listener on a port of 127.0.0.1 that never answers, or a port that nobody listens on any more. */
async function port(kept: boolean): Promise<number> {
  const strangers = new Set<Socket>();
  const server = createServer((socket) => strangers.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const close = async () => {
    server.close();
    for (const socket of strangers) socket.destroy();
    await once(server, 'close');
  };
  if (kept) cleanUps.push(close);
  else await close();
  return address.port;
}

describe('kube-apiserver', () => {
  it('tries another port when the picked one was taken in between', async () => {
    const binaries = await ensureBinaries();
    const { dir, adminToken } = prepareFolder(undefined);
    cleanUps.push(() => rmSync(dir, { recursive: true, force: true }));
    const etcd = await startEtcd(binaries.etcd, dir, false);
    cleanUps.push(() => etcd.stop('SIGKILL'));
    const [taken, free] = [await port(true), await port(false)];
    const picks = [taken, free];

    const { process, port: used } = await startApiServer(
      {
        binary: binaries.kubeApiServer,
        dir,
        adminToken,
        detached: false,
        extraArgs: [],
        readyTimeoutMs: 60_000,
      },
      async () => picks.shift() ?? 0,
    );
    cleanUps.push(() => process.stop('SIGKILL'));

    expect(picks).toEqual([]);
    expect(used).toBe(free);
  });
});
