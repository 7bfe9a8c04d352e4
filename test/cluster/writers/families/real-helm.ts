import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { HelmBinaries } from '../../../helm/helm-binaries.ts';
import { FEWER, LEFT, type ManifestParts, MORE, manifest, ONE, OWN_BUDGETS } from '../manifests.ts';
import type { Attempt, Family, Tools, Write, WriterCase } from '../writer-case.ts';

/** A release before and after, as the requests of families/helm.ts have it under the same name. */
interface Release {
  readonly name: string;
  readonly before?: ManifestParts;
  readonly after: ManifestParts;
  readonly flags?: readonly string[];
}

const budgets = OWN_BUDGETS;
const HELM_3: readonly Release[] = [
  { name: 'helm3-first', after: {} },
  { name: 'helm3-same', before: {}, after: {} },
  { name: 'helm3-weight', before: {}, after: { weight: 5 } },
  { name: 'helm3-adds', before: {}, after: { zones: MORE } },
  { name: 'helm3-drops', before: {}, after: { zones: FEWER } },
  { name: 'helm3-drops-hidden', before: {}, after: { zones: LEFT } },
  { name: 'helm3-drops-both', before: {}, after: { zones: ONE } },
  { name: 'helm3-force', before: {}, after: { zones: LEFT }, flags: ['--force'] },
];
const HELM_4: readonly Release[] = [
  { name: 'helm4-same', before: {}, after: {} },
  { name: 'helm4-adds', before: {}, after: { zones: MORE } },
  { name: 'helm4-drops', before: {}, after: { zones: FEWER } },
  { name: 'helm4-drops-hidden-budgets', before: { budgets }, after: { budgets, zones: LEFT } },
  { name: 'helm4-drops-hidden', before: {}, after: { zones: LEFT } },
];

/** Helm 3 and 4 themselves, with a chart of one NodePool for each release. */
export function realHelm(binaries: HelmBinaries, kubeconfig: string): Family {
  return (tools) => {
    const released = (binary: string, { name, before, after, flags = [] }: Release): WriterCase => ({
      name,
      writer: 'Helm',
      does: `the release ${name}`,
      ...(before === undefined ? {} : { declare: install(tools, kubeconfig, binary, name, before) }),
      meanwhile:
        before === undefined
          ? install(tools, kubeconfig, binary, name, after)
          : runHelm(tools, kubeconfig, binary, ['upgrade', ...flags], name, after),
      hasDryRun: false,
      repeats: 0,
      meant: manifest(name, after),
    });
    return [
      ...HELM_3.map((release) => released(binaries.helm3, release)),
      ...HELM_4.map((release) => released(binaries.helm4, release)),
      // Installed by Helm 3, upgraded by Helm 4.
      {
        ...released(binaries.helm4, { name: 'helm4-after-helm3', before: {}, after: {} }),
        declare: install(tools, kubeconfig, binaries.helm3, 'helm4-after-helm3', {}),
        // A release that was made client-side is upgraded so, unless it is asked for.
        meanwhile: runHelm(
          tools,
          kubeconfig,
          binaries.helm4,
          ['upgrade', '--server-side=true'],
          'helm4-after-helm3',
          {},
        ),
      },
    ];
  };
}

function install(
  tools: Tools,
  kubeconfig: string,
  binary: string,
  name: string,
  parts: ManifestParts,
): Write {
  return runHelm(tools, kubeconfig, binary, ['install'], name, parts);
}

function runHelm(
  { folder }: Tools,
  kubeconfig: string,
  binary: string,
  command: readonly string[],
  name: string,
  parts: ManifestParts,
): Write {
  return async (): Promise<Attempt> => {
    const chart = join(folder, name);
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version: '1.0.0' }));
    writeFileSync(join(chart, 'templates', 'pool.yaml'), stringify(manifest(name, parts)));
    const home = join(folder, 'helm');
    const child = spawn(binary, [...command, name, chart], {
      env: {
        ...process.env,
        KUBECONFIG: kubeconfig,
        HELM_CACHE_HOME: home,
        HELM_CONFIG_HOME: home,
        HELM_DATA_HOME: home,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return code === 0 ? {} : { refused: said.trim() };
  };
}
