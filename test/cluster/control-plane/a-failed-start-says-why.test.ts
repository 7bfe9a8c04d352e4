import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../../control-plane/binaries.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';

describe('a failed start', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'zonewarden-failed-start-'));
  });

  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('of kube-apiserver shows the end of its log and removes the folder', async () => {
    const dir = join(parent, 'plane');
    const start = startControlPlane({ dir, extraApiServerArgs: ['--no-such-flag=1'] });
    await expect(start).rejects.toMatchObject({
      code: 'control-plane.start-failed',
      message: expect.stringContaining('unknown flag: --no-such-flag'),
    });
    expect(existsSync(dir)).toBe(false);
  });

  it('for an unknown feature gate names the gate', async () => {
    const start = startControlPlane({ dir: join(parent, 'plane'), featureGates: { NoSuchGate: true } });
    await expect(start).rejects.toThrow(/unrecognized feature gate: NoSuchGate/);
  });

  it('of etcd shows the end of its log', async () => {
    const binaries = await ensureBinaries();
    const etcd = join(parent, 'etcd');
    writeFileSync(etcd, '#!/bin/sh\necho "disk is on fire"; exit 3\n', { mode: 0o755 });
    const start = startControlPlane({ binaries: { ...binaries, etcd } });
    await expect(start).rejects.toThrow(/etcd did not start[\s\S]*disk is on fire/);
  });

  it('never empties a folder that holds something else', async () => {
    writeFileSync(join(parent, 'thesis.txt'), 'the only copy');
    await expect(startControlPlane({ dir: parent })).rejects.toMatchObject({
      code: 'control-plane.folder-taken',
    });
    expect(readdirSync(parent)).toEqual(['thesis.txt']);
  });
});
