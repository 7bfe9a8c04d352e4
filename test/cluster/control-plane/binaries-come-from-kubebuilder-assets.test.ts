import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaryCacheDir, ensureBinaries } from '../../control-plane/binaries.ts';
import type { BuildBinaries } from '../../control-plane/binary-build.ts';

describe('KUBEBUILDER_ASSETS', () => {
  let folder: string;
  let env: { KUBEBUILDER_ASSETS: string; XDG_CACHE_HOME: string; ZONEWARDEN_ENVTEST: string };
  let built: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zonewarden-assets-'));
    env = {
      KUBEBUILDER_ASSETS: join(folder, 'assets'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      ZONEWARDEN_ENVTEST: 'off',
    };
    mkdirSync(env.KUBEBUILDER_ASSETS);
    built = [];
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const provide = (...names: string[]) => {
    for (const name of names)
      writeFileSync(join(env.KUBEBUILDER_ASSETS, name), '#!/bin/sh\n', { mode: 0o755 });
  };
  const build: BuildBinaries = async (names, outDir) => {
    built.push(...names);
    for (const name of names) writeFileSync(join(outDir, name), 'stub');
  };
  const ensure = () => ensureBinaries({ env, build, stream: { write: () => true } });

  it('is used for all three, and nothing is built', async () => {
    provide('kube-apiserver', 'etcd', 'kubectl');
    expect(await ensure()).toEqual({
      kubeApiServer: join(env.KUBEBUILDER_ASSETS, 'kube-apiserver'),
      etcd: join(env.KUBEBUILDER_ASSETS, 'etcd'),
      kubectl: join(env.KUBEBUILDER_ASSETS, 'kubectl'),
    });
    expect(built).toEqual([]);
  });

  it('may lack kubectl, which alone is built then, once', async () => {
    provide('kube-apiserver', 'etcd');
    expect(await ensure()).toEqual({
      kubeApiServer: join(env.KUBEBUILDER_ASSETS, 'kube-apiserver'),
      etcd: join(env.KUBEBUILDER_ASSETS, 'etcd'),
      kubectl: join(binaryCacheDir(env), 'kubectl'),
    });
    await ensure();
    expect(built).toEqual(['kubectl']);
  });

  it('without etcd is an error that names it, not a silent build', async () => {
    provide('kube-apiserver', 'kubectl');
    await expect(ensure()).rejects.toMatchObject({
      code: 'control-plane.assets-incomplete',
      message: expect.stringContaining('no executable etcd'),
    });
    expect(built).toEqual([]);
  });
});
