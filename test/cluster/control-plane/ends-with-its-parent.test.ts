import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  attachControlPlane,
  removeControlPlane,
  startControlPlane,
} from '../../control-plane/control-plane.ts';
import { identityOf } from '../../control-plane/process-identity.ts';

const reportSchema = z.object({
  pids: z.object({ etcd: z.number(), apiServer: z.number() }),
  dir: z.string(),
});
const cleanUps: (() => Promise<unknown> | unknown)[] = [];

async function startIn(child: ChildProcess) {
  cleanUps.push(() => child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('the child has no stdout');
  for await (const line of createInterface({ input: child.stdout }))
    return reportSchema.parse(JSON.parse(line));
  throw new Error('the child started nothing');
}

function runFixture(...args: string[]): ChildProcess {
  const script = join(import.meta.dirname, 'fixtures', 'start-and-report.ts');
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('a control plane whose parent ends', () => {
  it('ends too when the parent is killed hard, and the next start removes its folder', async () => {
    const parent = runFixture('guarded');
    const { pids, dir } = await startIn(parent);
    cleanUps.push(() => removeControlPlane(dir));
    expect(identityOf(pids.etcd)).toBeDefined();
    expect(identityOf(pids.apiServer)).toBeDefined();

    parent.kill('SIGKILL');

    const gone = () =>
      expect([identityOf(pids.etcd), identityOf(pids.apiServer)]).toEqual([undefined, undefined]);
    await vi.waitFor(gone, { timeout: 20_000 });
    // By this start or by that of another test file meanwhile.
    const next = await startControlPlane();
    cleanUps.push(() => next.stop());
    expect(existsSync(dir)).toBe(false);
  });

  it('goes on when it was detached, until another process stops it', async () => {
    const dir = join(mkdtempSync(join(tmpdir(), 'zonewarden-detached-')), 'plane');
    cleanUps.push(() => rmSync(join(dir, '..'), { recursive: true, force: true }));
    cleanUps.push(() => removeControlPlane(dir));
    const parent = runFixture('detached', dir);
    const exited = once(parent, 'exit');
    const { pids } = await startIn(parent);
    expect(await exited).toEqual([0, null]);

    const attached = attachControlPlane(dir);
    expect(attached?.pids).toEqual(pids);
    expect((await attached?.kubectl(['get', '--raw', '/readyz']))?.stdout).toBe('ok');
    await expect(startControlPlane({ dir })).rejects.toMatchObject({ code: 'control-plane.already-running' });

    await attached?.stop();
    expect([identityOf(pids.etcd), identityOf(pids.apiServer)]).toEqual([undefined, undefined]);
    expect(attachControlPlane(dir)).toBeUndefined();
    expect(existsSync(dir)).toBe(false);
  });
});
