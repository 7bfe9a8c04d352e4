import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ZonewardenError } from '../shared/errors/zonewarden-error.ts';
import { ensureBinaries } from '../test/control-plane/binaries.ts';
import { kubernetesVersions } from '../test/control-plane/pinned-versions.ts';
import { exceptionsSchema, type Finding, findingsIn, judge } from '../test/manifest-checker/findings.ts';
import { ensureKubeScore } from '../test/manifest-checker/kube-score.ts';

/**
 * `npm run lint:manifests [-- OVERLAY...]`: renders the root and every overlay with kubectl's kustomize and has
 * kube-score look at them, with every check that it has. Ends with 1 where it finds something that
 * test/manifest-checker/exceptions.yaml does not explain, or where that explains something that is no more; with 77
 * where the checker cannot be built.
 */

/** What automake's test harness takes for "skipped". */
const NOT_POSSIBLE_HERE = 77;
const root = join(import.meta.dirname, '..');

function overlays(): string[] {
  const folder = join(root, 'config', 'overlays');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return ['.', ...names.map((name) => `config/overlays/${name}`)];
}

function run(command: string, args: readonly string[], input?: string): { status: number; stdout: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (error) throw error;
  // kube-score ends with 1 where it finds something: what it wrote says so too.
  if (status !== 0 && stdout.trim() === '') throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return { status: status ?? 1, stdout };
}

function findings(kubectl: string, kubeScore: string, overlay: string): Finding[] {
  const manifests = run(kubectl, ['kustomize', join(root, overlay)]).stdout;
  const oldest = kubernetesVersions()[0] ?? '1.34';
  const options = ['--all-default-optional', '--disable-ignore-checks-annotations', '-o', 'json'];
  const { stdout } = run(kubeScore, ['score', `--kubernetes-version=v${oldest}`, ...options, '-'], manifests);
  return findingsIn(overlay, stdout);
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const looked = asked.length > 0 ? asked : overlays();
  const [kubectl, kubeScore] = [(await ensureBinaries()).kubectl, await ensureKubeScore()];
  const found = looked.flatMap((overlay) => findings(kubectl, kubeScore, overlay));
  const file = 'test/manifest-checker/exceptions.yaml';
  const exceptions = exceptionsSchema.parse(parse(readFileSync(join(root, file), 'utf8')));
  const { unexplained, stale } = judge(found, exceptions);
  for (const { overlay, object, check, says } of unexplained)
    console.error(`${overlay}: ${object}: ${check}: ${says}`);
  // Some overlays alone say nothing about an exception for another.
  const unused = asked.length > 0 ? [] : stale;
  for (const { check, object } of unused) console.error(`${file}: ${check} of ${object} is found no more`);
  console.log(
    `${looked.length} overlays: ${unexplained.length} unexplained, ${found.length - unexplained.length} explained in ${file}`,
  );
  process.exitCode = unexplained.length + unused.length === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ZonewardenError)) throw error;
  console.error(`Manifests were not checked. ${error.code}: ${error.message}`);
  process.exitCode = NOT_POSSIBLE_HERE;
}
