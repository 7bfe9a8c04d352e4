import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Binaries, binaryCacheDir, ensureBinaries } from '../../control-plane/binaries.ts';
import type { BuildBinaries } from '../../control-plane/binary-build.ts';
import type { EnvtestRelease } from '../../control-plane/envtest-release.ts';
import { archiveOf, type ReleaseServer, startReleaseServer } from './release-server.ts';

interface Asked {
  readonly binaries: Binaries;
  readonly built: readonly string[];
  readonly said: string;
}

/** Asks for the binaries with a cache of its own; a build writes stubs. */
async function ask({ folder }: ReleaseServer, release: EnvtestRelease): Promise<Asked> {
  const built: string[] = [];
  const said: string[] = [];
  const build: BuildBinaries = async (names, outDir) => {
    built.push(...names);
    for (const name of names) writeFileSync(join(outDir, name), 'stub');
  };
  const binaries = await ensureBinaries({
    ...{ release, build, limits: { silenceMs: 300, totalMs: 1500, maxBytes: 100_000 } },
    env: { XDG_CACHE_HOME: join(folder, 'cache') },
    stream: { write: (text: string) => said.push(text) },
  });
  return { binaries, built, said: said.join('') };
}

const inFolder = (dir: string): Binaries => ({
  kubeApiServer: join(dir, 'kube-apiserver'),
  etcd: join(dir, 'etcd'),
  kubectl: join(dir, 'kubectl'),
});

describe('envtest’s release is reached', () => {
  it('and its binaries are used, nothing is built, and the next one asks nobody', async () => {
    const server = await startReleaseServer();
    const { binaries, built, said } = await ask(server, server.release);
    expect(binaries).toEqual(inFolder(server.release.cacheDir));
    expect(built).toEqual([]);
    expect(said).toContain('Downloading kube-apiserver, etcd, kubectl (envtest v1.36.2), once:');
    expect(readdirSync(server.release.cacheDir).sort()).toEqual(['etcd', 'kube-apiserver', 'kubectl']);
    expect((await ask(server, server.release)).binaries).toEqual(binaries);
    expect(server.asked()).toBe(1);
  });

  it('once by two that ask at the same time', async () => {
    const server = await startReleaseServer();
    const both = await Promise.all([ask(server, server.release), ask(server, server.release)]);
    expect(both.map(({ binaries }) => binaries)).toEqual(Array(2).fill(inFolder(server.release.cacheDir)));
    expect(server.asked()).toBe(1);
  });

  it('also where the address leads to another one, as that of a release does', async () => {
    const server = await startReleaseServer();
    server.answer(({ url }, response) => {
      if (url === '/elsewhere') response.end(server.archive);
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await ask(server, server.release)).binaries).toEqual(inFolder(server.release.cacheDir));
  });

  it('but what is built already is taken before', async () => {
    const server = await startReleaseServer();
    const env = { XDG_CACHE_HOME: join(server.folder, 'cache') };
    server.answer((_, response) => response.writeHead(500).end());
    await ask(server, server.release);
    server.answer((_, response) => response.end(server.archive));
    const { binaries, built } = await ask(server, server.release);
    expect(binaries).toEqual(inFolder(binaryCacheDir(env)));
    expect(built).toEqual([]);
    expect(server.asked()).toBe(1);
  });
});

const half: (server: ReleaseServer) => RequestListener =
  ({ archive }) =>
  (_, response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, archive.length / 2), () => response.destroy());
  };

describe('envtest’s release cannot be had', () => {
  it.each<[string, RegExp, (server: ReleaseServer) => RequestListener]>([
    ['the server answers 404', /HTTP 404/, () => (_, response) => response.writeHead(404).end()],
    ['the server answers 503', /HTTP 503/, () => (_, response) => response.writeHead(503).end()],
    [
      'its archive is another one',
      /SHA-512 [0-9a-f]{12}… of 9 bytes, where [0-9a-f]{12}… was expected; it was thrown away/,
      () => (_, response) => response.end('something'),
    ],
    ['half of it comes', /other side closed|terminated|aborted/, half],
    ['the server accepts and says nothing', /said nothing for 300 ms/, () => () => undefined],
    [
      'the server stops in the middle and keeps the connection',
      /said nothing for 300 ms/,
      ({ archive }) =>
        (_, response) => {
          response.write(archive.subarray(0, 100));
        },
    ],
    [
      'it trickles',
      /not all there after 1500 ms/,
      () => (_, response) => {
        const timer = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'it never ends',
      /larger than 100000 bytes/,
      () => (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'the address leads round in a circle',
      /redirect/,
      () => (_, response) => response.writeHead(302, { location: '/again' }).end(),
    ],
  ])('%s: the reason is said in a line, and they are built', async (_, reason, answer) => {
    const server = await startReleaseServer();
    server.answer(answer(server));
    await expectToBeBuilt(server, server.release, reason);
  });

  it('nobody listens at its address: the same', async () => {
    const server = await startReleaseServer();
    const closed = createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const release = { ...server.release, url: `http://127.0.0.1:${port}/envtest.tar.gz` };
    await expectToBeBuilt(server, release, /ECONNREFUSED/);
  });

  it('a name that leads nowhere: the same', async () => {
    const server = await startReleaseServer();
    const release = { ...server.release, url: 'http://releases.invalid/envtest.tar.gz' };
    await expectToBeBuilt(server, release, /ENOTFOUND|EAI_AGAIN/);
  });

  it('the archive lacks a binary: the same', async () => {
    const server = await startReleaseServer();
    const without = archiveOf(join(server.folder, 'without'), ['etcd', 'kubectl']);
    server.answer((_, response) => response.end(without));
    const sha512 = createHash('sha512').update(without).digest('hex');
    await expectToBeBuilt(server, { ...server.release, sha512 }, /tar cannot unpack it: .*kube-apiserver/);
  });
});

/** The reason stands in one line, and nothing of the download is left. */
async function expectToBeBuilt(server: ReleaseServer, release: EnvtestRelease, reason: RegExp) {
  const { binaries, built, said } = await ask(server, release);
  const lines = said.split('\n').filter((line) => line.startsWith('Not downloaded ('));
  expect(lines).toEqual([expect.stringMatching(/^Not downloaded \(http:.*\): they are built from source/)]);
  expect(lines[0]).toMatch(reason);
  expect(built).toEqual(['kube-apiserver', 'etcd', 'kubectl']);
  const env = { XDG_CACHE_HOME: join(server.folder, 'cache') };
  expect(binaries).toEqual(inFolder(binaryCacheDir(env)));
  expect(existsSync(release.cacheDir)).toBe(false);
  expect(readdirSync(join(server.folder, 'cache', 'zonewarden', 'control-plane'))).toHaveLength(1);
}
