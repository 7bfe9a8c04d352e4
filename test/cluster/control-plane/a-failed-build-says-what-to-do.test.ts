import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaryCacheDir, ensureBinaries } from '../../control-plane/binaries.ts';
import { runGo } from '../../control-plane/go-command.ts';

describe('a build that fails', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zonewarden-go-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('for want of Go says how to get it, or around it', async () => {
    const run = runGo({ args: ['version'], cwd: folder, env: { PATH: folder } });
    await expect(run).rejects.toMatchObject({
      code: 'control-plane.go-missing',
      message: expect.stringMatching(/go\.dev\/dl[\s\S]*KUBEBUILDER_ASSETS/),
    });
  });

  it("shows go's own errors, without the packages that did compile", async () => {
    const script =
      '#!/bin/sh\nprintf "k8s.io/fine\\n# k8s.io/broken\\nbroken.go:1:1: no space left on device\\n" >&2; exit 1\n';
    writeFileSync(join(folder, 'go'), script, { mode: 0o755 });
    const lines: string[] = [];
    const run = runGo({
      args: ['build'],
      cwd: folder,
      env: { PATH: folder },
      onLine: (line) => lines.push(line),
    });
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'control-plane.go-failed' });
    expect(String(error)).toContain('no space left on device');
    expect(String(error)).not.toContain('k8s.io/fine');
    expect(lines).toContain('k8s.io/fine');
  });

  it('leaves neither a lock nor half a binary, and the next one builds', async () => {
    const env = { XDG_CACHE_HOME: folder, ZONEWARDEN_ENVTEST: 'off' };
    const shown: string[] = [];
    const stream = { write: (text: string) => shown.push(text) };
    const failing = ensureBinaries({
      env,
      stream,
      build: async (names, outDir) => {
        for (const name of names) writeFileSync(join(outDir, name), 'half');
        throw new Error('killed');
      },
    });
    await expect(failing).rejects.toThrow('killed');
    expect(shown.at(-1)).toMatch(/^Building kube-apiserver, etcd, kubectl .*failed\n$/);
    expect(readdirSync(binaryCacheDir(env))).toEqual([]);
    await ensureBinaries({
      env,
      stream,
      build: async (names, outDir) => {
        for (const name of names) writeFileSync(join(outDir, name), 'whole');
      },
    });
    expect(readdirSync(binaryCacheDir(env))).toHaveLength(3);
  });
});
