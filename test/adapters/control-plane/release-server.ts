import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EnvtestRelease } from '../../control-plane/envtest-release.ts';

/** A place where envtest's archives are released, on 127.0.0.1, and an archive; both end with the test. */
export interface ReleaseServer {
  /** What envtest.json would say of it. */
  readonly release: EnvtestRelease;
  readonly archive: Buffer;
  /** An empty folder, for a cache. */
  readonly folder: string;
  /** How often it was asked. */
  asked(): number;
  /** Answers like this from now on. */
  answer(listener: RequestListener): void;
}

export async function startReleaseServer(): Promise<ReleaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-envtest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const archive = archiveOf(folder, ['kube-apiserver', 'etcd', 'kubectl']);
  let asked = 0;
  let listener: RequestListener = (_, response) => response.end(archive);
  const server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    release: {
      version: 'v1.36.2',
      url: `http://127.0.0.1:${port}/envtest.tar.gz`,
      sha512: createHash('sha512').update(archive).digest('hex'),
      cacheDir: join(folder, 'cache', 'zonewarden', 'control-plane', 'envtest'),
    },
    archive,
    folder,
    asked: () => asked,
    answer(next) {
      listener = next;
    },
  };
}

/** As controller-tools packs it. */
export function archiveOf(folder: string, names: readonly string[]): Buffer {
  const inside = join(folder, 'packed', 'controller-tools', 'envtest');
  mkdirSync(inside, { recursive: true });
  for (const name of names) {
    writeFileSync(join(inside, name), `#!/bin/sh\necho ${name}\n`);
    chmodSync(join(inside, name), 0o755);
  }
  const file = join(folder, 'packed.tar.gz');
  execFileSync('tar', ['-czf', file, '-C', join(folder, 'packed'), 'controller-tools']);
  return readFileSync(file);
}
