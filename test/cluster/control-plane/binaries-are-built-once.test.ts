import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { binaryCacheDir, ensureBinaries } from '../../control-plane/binaries.ts';
import type { BuildBinaries } from '../../control-plane/binary-build.ts';
import { identityOf } from '../../control-plane/process-identity.ts';

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonewarden-binaries-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that asks for the binaries of an empty cache; `said` is its stderr so far. */
function ask() {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    XDG_CACHE_HOME: folder,
    BUILD_NOTES: folder,
    ZONEWARDEN_ENVTEST: 'off',
  };
  delete env.KUBEBUILDER_ASSETS;
  const script = join(import.meta.dirname, 'fixtures', 'ask-for-binaries.ts');
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  const asking = { child, said: '', exited: once(child, 'exit') };
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    asking.said += chunk;
  });
  return asking;
}

const builds = () =>
  (existsSync(join(folder, 'builds')) ? readFileSync(join(folder, 'builds'), 'utf8') : '').split('\n')
    .length - 1;
const cacheDir = () => binaryCacheDir({ XDG_CACHE_HOME: folder });
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

/** A build that writes stubs, and counts. */
function stubBuild() {
  const asked: string[][] = [];
  const build: BuildBinaries = async (names, outDir) => {
    asked.push([...names]);
    for (const name of names) writeFileSync(join(outDir, name), `stub of ${name}`);
  };
  return { asked, build };
}

const silent = { write: () => true };

describe('two processes that want the binaries at once', () => {
  it('build once; the one that waits says so', async () => {
    const first = ask();
    await until(() => expect(builds()).toBe(1));
    const second = ask();
    await until(() => expect(second.said).toContain(`Waiting for process ${first.child.pid}`));
    writeFileSync(join(folder, 'go-on'), '');
    expect(await first.exited).toEqual([0, null]);
    expect(await second.exited).toEqual([0, null]);
    expect(builds()).toBe(1);
    expect(readdirSync(cacheDir()).sort()).toEqual(['etcd', 'kube-apiserver', 'kubectl']);
    accessSync(join(cacheDir(), 'etcd'), constants.X_OK);
    expect(readdirSync(dirname(cacheDir()))).toHaveLength(1);
  });

  it('when the builder is killed, the one that waits takes over and clears away what it left', async () => {
    const first = ask();
    await until(() => expect(builds()).toBe(1));
    const second = ask();
    await until(() => expect(second.said).toContain('Waiting for process'));
    expect(readdirSync(cacheDir()).some((name) => name.startsWith('.building-'))).toBe(true);
    first.child.kill('SIGKILL');
    await until(() => expect(builds()).toBe(2));
    writeFileSync(join(folder, 'go-on'), '');
    expect(await second.exited).toEqual([0, null]);
    expect(readdirSync(cacheDir()).sort()).toEqual(['etcd', 'kube-apiserver', 'kubectl']);
  });

  it('the same within one process', async () => {
    const { asked, build } = stubBuild();
    const env = { XDG_CACHE_HOME: folder, ZONEWARDEN_ENVTEST: 'off' };
    const [one, two] = await Promise.all([
      ensureBinaries({ env, build, stream: silent }),
      ensureBinaries({ env, build, stream: silent }),
    ]);
    expect(asked).toHaveLength(1);
    expect(one).toEqual(two);
  });
});

describe('a lock that nobody holds any more', () => {
  const leaveLock = (content: string) => {
    mkdirSync(dirname(cacheDir()), { recursive: true });
    writeFileSync(`${cacheDir()}.lock`, content);
  };
  const expectBuild = async () => {
    const { asked, build } = stubBuild();
    await ensureBinaries({
      env: { XDG_CACHE_HOME: folder, ZONEWARDEN_ENVTEST: 'off' },
      build,
      stream: silent,
    });
    expect(asked).toHaveLength(1);
    expect(existsSync(`${cacheDir()}.lock`)).toBe(false);
  };

  it('is taken over when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    const holder = identityOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(holder).toBeDefined();
    leaveLock(JSON.stringify(holder));
    await expectBuild();
  });

  it('is taken over when its pid belongs to another process by now', async () => {
    leaveLock(JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    await expectBuild();
  });

  it('is taken over when it cannot be read', async () => {
    leaveLock('');
    await expectBuild();
  });
});
