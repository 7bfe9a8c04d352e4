import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleFor } from '../../../scripts/kubernetes-module.ts';
import { binaryCacheDir, ensureBinaries } from '../../control-plane/binaries.ts';
import { envtestPin, envtestRelease } from '../../control-plane/envtest-release.ts';
import {
  controlPlaneModuleDir,
  DEFAULT_KUBERNETES,
  kubernetesModuleDir,
  kubernetesVersions,
  readPinnedVersions,
} from '../../control-plane/pinned-versions.ts';
import { KARPENTER_RELEASES } from '../../versions/karpenter-releases.ts';
import { perVersion, versionsAndArguments } from '../../versions/run-arguments.ts';
import { SELECTED_TESTS } from '../../versions/selected-tests.ts';
import { ROOT } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from '../docs/markdown.ts';

describe('the versions of the test control plane', () => {
  it('are those that docs/versions.md names, the default among them', () => {
    expect(kubernetesVersions()).toContain(DEFAULT_KUBERNETES);
    const rows = tableRows(section(readDocument('docs/versions.md'), '## Kubernetes'));
    const built = rows.map(([, from = '']) => codeSpans(from)).filter((spans) => spans.length > 0);
    const pinned = kubernetesVersions().map((minor) => readPinnedVersions(kubernetesModuleDir(minor)));
    expect(built).toEqual(pinned.map(({ kubernetes, etcd }) => [kubernetes, etcd]).reverse());
  });

  it('are tried with the CRDs of the Karpenter releases that docs/versions.md names', () => {
    const rows = tableRows(section(readDocument('docs/versions.md'), '## Karpenter'));
    const tried = new Set(KARPENTER_RELEASES.map(({ version }) => version));
    expect(rows.map(([, crds = '']) => codeSpans(crds)[0])).toEqual([...tried]);
  });

  it.each(kubernetesVersions())(
    '%s: each staging module is the published one of the same release',
    (minor) => {
      const { kubernetes } = readPinnedVersions(kubernetesModuleDir(minor));
      expect(kubernetes.startsWith(`v${minor}.`)).toBe(true);
      const text = readFileSync(join(kubernetesModuleDir(minor), 'go.mod'), 'utf8');
      const replaced = [...text.matchAll(/^\t(k8s\.io\/\S+) => (\S+) (\S+)$/gm)];
      expect(replaced.length).toBeGreaterThan(30);
      for (const [, name, by, version] of replaced) {
        expect({ name: by, version }).toEqual({ name, version: kubernetes.replace(/^v1\./, 'v0.') });
      }
    },
  );

  it('are chosen by ZONEWARDEN_KUBERNETES, each with a cache of its own', () => {
    const dirs = ['', ...kubernetesVersions()].map((version) =>
      binaryCacheDir({ XDG_CACHE_HOME: '/cache', ZONEWARDEN_KUBERNETES: version }),
    );
    expect(new Set(dirs).size).toBe(kubernetesVersions().length);
    expect(dirs[0]).toContain(`kubernetes-v${DEFAULT_KUBERNETES}.`);
  });

  it('are downloaded as envtest releases them where a release of that minor version is pinned', () => {
    const pins = kubernetesVersions().flatMap((minor) => {
      const pin = envtestPin(kubernetesModuleDir(minor));
      return pin === undefined ? [] : [{ minor, ...pin }];
    });
    expect(pins.map(({ minor }) => minor)).toContain(DEFAULT_KUBERNETES);
    const names: Readonly<Record<string, string>> = { x64: 'amd64' };
    for (const { minor, version, archives } of pins) {
      expect(version.startsWith(`v${minor}.`)).toBe(true);
      expect(readDocument('docs/versions.md')).toContain(`\`${version}\``);
      for (const [platform, { url }] of Object.entries(archives)) {
        const [system = '', machine = ''] = platform.split('-');
        expect(url).toMatch(
          new RegExp(
            `/envtest-${version}/envtest-${version}-${system}-${names[machine] ?? machine}\\.tar\\.gz$`,
          ),
        );
      }
    }
  });

  it('are not downloaded for other versions, nor where that is switched off', () => {
    expect(envtestRelease({ ZONEWARDEN_KUBERNETES: '1.34' })).toBeUndefined();
    expect(envtestRelease({ ZONEWARDEN_ENVTEST: 'off' })).toBeUndefined();
  });

  it('one that is not there is an error that says which are', () => {
    expect(() => controlPlaneModuleDir({ ZONEWARDEN_KUBERNETES: '1.12' })).toThrow(
      /there are 1\.34, 1\.35, 1\.36/,
    );
  });

  it('and binaries of unknown version exclude each other', async () => {
    const env = { KUBEBUILDER_ASSETS: '/nowhere', ZONEWARDEN_KUBERNETES: '1.34' };
    await expect(ensureBinaries({ env })).rejects.toMatchObject({ code: 'control-plane.assets-and-version' });
  });
});

describe('scripts/kubernetes-module.ts', () => {
  const released = {
    Go: '1.24.0',
    Require: [{ Path: 'go.etcd.io/etcd/server/v3', Version: 'v3.6.4' }],
    Replace: [
      { Old: { Path: 'k8s.io/api' }, New: { Path: './staging/src/k8s.io/api' } },
      { Old: { Path: 'example.test/other' }, New: { Path: 'example.test/fork' } },
    ],
  };

  it("replaces what the release keeps in folders, and takes the release's etcd and runtime behaviour", () => {
    const text = moduleFor('v1.34.4', released);
    expect(text).toContain('\tk8s.io/api => k8s.io/api v0.34.4\n');
    expect(text).not.toContain('example.test');
    expect(text).toContain('go.etcd.io/etcd/server/v3 v3.6.4');
    expect(text).toContain('godebug default=go1.24');
  });

  it('refuses what is no release, and a release without etcd', () => {
    expect(() => moduleFor('1.34', released)).toThrow(/no release/);
    expect(() => moduleFor('v1.34.4', { ...released, Require: [] })).toThrow(/no etcd server/);
  });
});

describe('npm run test:versions', () => {
  it('runs tests that exist', () => {
    for (const path of SELECTED_TESTS)
      expect({ path, exists: existsSync(join(ROOT, path)) }).toEqual({ path, exists: true });
  });

  it('takes versions and leaves the rest to vitest', () => {
    expect(versionsAndArguments(['--kubernetes', '1.34', '-t', 'x', '--kubernetes=1.36'], ['1.35'])).toEqual({
      versions: ['1.34', '1.36'],
      args: ['-t', 'x'],
    });
    expect(versionsAndArguments(['--bail=1'], ['1.35'])).toEqual({ versions: ['1.35'], args: ['--bail=1'] });
  });

  it('writes results of each version into a file of its own', () => {
    expect(
      perVersion(['--outputFile.json=/a.b/all.json', '--outputFile=all', '-t', 'x.json'], '1.34'),
    ).toEqual(['--outputFile.json=/a.b/all-1.34.json', '--outputFile=all-1.34', '-t', 'x.json']);
  });
});
