import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import type { MountedImage } from './mounted-image.ts';
import { NotPossibleHere } from './mounted-image.ts';

/** How a program of the image did. */
export interface ProgramRun {
  readonly exitCode: number | null;
  readonly output: string;
  /** From the start of node to its end. */
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  /** The most memory that it had resident. */
  readonly megabytes: number;
}

/** A mount namespace of its own, the image's root read-only in it, the user and group that the Deployment names. */
const AS_IN_THE_CLUSTER = [
  'set -e; root=$1; shift',
  'mount --bind "$root" "$root"',
  'mount -o remount,bind,ro "$root"',
  'exec chroot --userspec=65532:65532 --groups=65532 "$root" "$@"',
].join('\n');

const usageSchema = z.object({ ms: z.number(), cpu: z.number(), rss: z.number() });
const USAGE = 'zonewarden-usage ';
/** Has node say at its end what it took. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(`
import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { ms: performance.now(), cpu: (userCPUTime + systemCPUTime) / 1000, rss: maxRSS / 1000 };
  writeSync(2, '\\n${USAGE}' + JSON.stringify(usage) + '\\n');
});`)}`;

/** Runs node in the image as a pod does: uid 65532, no privileges, nothing writable, not even /tmp. */
export function runReadOnly({ root, config }: MountedImage, args: readonly string[]): ProgramRun {
  const inNamespace = ['--mount', '--propagation', 'private', 'sh', '-c', AS_IN_THE_CLUSTER, 'sh', root];
  const [node = 'node', ...fixed] = config.Entrypoint ?? ['node'];
  const { status, stdout, stderr, error } = spawnSync(
    'unshare',
    [...inNamespace, node, '--import', TELL_USAGE, ...fixed, ...args],
    { env: Object.fromEntries((config.Env ?? []).map(splitVariable)), encoding: 'utf8', timeout: 60_000 },
  );
  if (error) throw new NotPossibleHere(`unshare: ${error.message}`);
  const told = stderr.split('\n').find((line) => line.startsWith(USAGE));
  if (told === undefined) throw new NotPossibleHere(`node did not run in the image: ${stderr.trim()}`);
  const usage = usageSchema.parse(JSON.parse(told.slice(USAGE.length)));
  return {
    exitCode: status,
    output: `${stdout}${stderr.replace(told, '')}`.trim(),
    milliseconds: usage.ms,
    cpuMilliseconds: usage.cpu,
    megabytes: usage.rss,
  };
}

function splitVariable(variable: string): [name: string, value: string] {
  const at = variable.indexOf('=');
  return [variable.slice(0, at), variable.slice(at + 1)];
}

/** A program that tries to write wherever an image could be written to, and says what it may. */
const TRY_TO_WRITE = `
const { writeFileSync } = require('node:fs');
for (const folder of ['/', '/app', '/app/dist', '/tmp', '/home/nonroot', '/var', '/etc'])
  try { writeFileSync(folder + '/written', ''); console.log(folder); } catch {}
console.log(process.getuid() + ':' + process.getgid());`;

/** The user that programs run as, and the folders that they could write to: none. */
export function writableFolders(mounted: MountedImage): { user: string; folders: string[] } {
  const lines = runReadOnly(mounted, ['-e', TRY_TO_WRITE]).output.split('\n');
  return { user: lines.at(-1) ?? '', folders: lines.slice(0, -1) };
}
