import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';
import { ensureBinaries, ensureSchedulingBinaries } from '../control-plane/binaries.ts';
import { karpenterCrdFiles } from '../control-plane/crd-files.ts';
import { freePorts } from '../control-plane/free-ports.ts';

/**
 * `npm run test:node [-- arguments of vitest]`: runs the tier `node`, the real image as real pods.
 *
 * Without KUBECONFIG it builds the image, brings up a node (../shared/realnode: kubelet, containerd, kube-proxy, DNS),
 * runs the tests inside the node's network namespace, and takes the node down. With KUBECONFIG and ZONEWARDEN_IMAGE it
 * installs that image in that cluster, and takes it out again: never a cluster in which Zonewarden already is.
 */
/** What automake's test harness takes for "skipped". */
const NOT_POSSIBLE_HERE = 77;
const IMAGE = 'zonewarden.test/zonewarden:under-test';
const root = resolve(import.meta.dirname, '../..');
const vitest = [process.execPath, `${root}/node_modules/vitest/vitest.mjs`, 'run'];

class NotHere extends ZonewardenError {}
class BadRequest extends ZonewardenError {}

/** The scripts that make a node, and what they need. Throws `NotHere` with what is missing. */
function nodeScripts(): string {
  const scripts = process.env.ZONEWARDEN_REALNODE ?? resolve(root, '../shared/realnode');
  if (!existsSync(join(scripts, 'up.sh')))
    throw new NotHere('node-tier.no-scripts', `there is no up.sh in ${scripts} (ZONEWARDEN_REALNODE)`);
  if (process.platform !== 'linux') throw new NotHere('node-tier.not-linux', 'a node needs Linux');
  if (process.getuid?.() !== 0)
    throw new NotHere('node-tier.not-root', 'a node needs root: namespaces, mounts and cgroups; use sudo -E');
  const trial = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true'], { encoding: 'utf8' });
  if (trial.status !== 0)
    throw new NotHere('node-tier.no-namespace', `no namespaces here: ${trial.stderr || String(trial.error)}`);
  return scripts;
}

/** Runs a command with its output shown; resolves with its exit code. */
async function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  // Ctrl-C in a terminal reaches the child by itself; we wait for it to end, and take the node down.
  const pass = (signal: NodeJS.Signals) => () => child.kill(signal);
  const onTerm = pass('SIGTERM');
  const onInt = () => undefined;
  process.on('SIGTERM', onTerm).on('SIGINT', onInt);
  return new Promise((ended, failed) => {
    child.on('error', failed).on('exit', (code) => {
      process.off('SIGTERM', onTerm).off('SIGINT', onInt);
      ended(code ?? 1);
    });
  });
}

async function must(command: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const code = await run(command, env);
  if (code !== 0)
    throw new BadRequest('node-tier.failed', `${command.join(' ')} ended with ${code}, see above`);
}

async function onOwnNode(args: readonly string[]): Promise<number> {
  const scripts = nodeScripts();
  const binaries = await ensureBinaries();
  const { kubeScheduler } = await ensureSchedulingBinaries();
  await karpenterCrdFiles();
  // Short: Unix sockets lie below it.
  const workdir = mkdtempSync('/tmp/zw-node-');
  const [port] = await freePorts(1);
  const folders = [dirname(binaries.kubeApiServer), dirname(binaries.etcd), dirname(kubeScheduler)];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    REALNODE_WORKDIR: workdir,
    HOSTPORT: String(port),
    CERT_MANAGER: '1',
    // The same versions were built for the other tiers.
    BIN_DIRS: folders.join(delimiter),
    PATH: `${dirname(binaries.kubectl)}${delimiter}${process.env.PATH ?? ''}`,
  };
  delete env.KUBECONFIG;
  try {
    await must([join(scripts, 'up.sh'), workdir], env);
    await must([join(scripts, 'build-image.sh'), root, IMAGE], env);
    const namespacePid = readFileSync(join(workdir, 'run/ns.pid'), 'utf8').trim();
    // The network alone: pods reach what a test starts there, and files are the machine's.
    return await run(['nsenter', '-t', namespacePid, '-n', '--', ...vitest, ...args], {
      ...env,
      ZONEWARDEN_TIER: 'node',
      ZONEWARDEN_IMAGE: IMAGE,
      ZONEWARDEN_NODE_KUBECONFIG: join(workdir, 'certs/admin.kubeconfig'),
      ZONEWARDEN_NODE_ADDRESS: '10.200.0.1',
    });
  } finally {
    if (process.env.KEEP === '1') console.error(`the node is left up: ${scripts}/down.sh ${workdir} --purge`);
    else await run([join(scripts, 'down.sh'), workdir, '--purge'], env);
  }
}

async function onGivenCluster(kubeconfig: string, args: readonly string[]): Promise<number> {
  const image = process.env.ZONEWARDEN_IMAGE;
  if (image === undefined) {
    throw new BadRequest(
      'node-tier.no-image',
      `KUBECONFIG is ${kubeconfig}: this would install Zonewarden there, write NodePools, and take it out again. If ` +
        'that is meant, name the image that the cluster can pull as ZONEWARDEN_IMAGE; if not, unset KUBECONFIG',
    );
  }
  await ensureBinaries();
  await karpenterCrdFiles();
  const env = { ...process.env, ZONEWARDEN_TIER: 'node', ZONEWARDEN_NODE_KUBECONFIG: kubeconfig };
  return run([...vitest, ...args], env);
}

try {
  const { KUBECONFIG } = process.env;
  const args = process.argv.slice(2);
  process.exitCode = KUBECONFIG ? await onGivenCluster(KUBECONFIG, args) : await onOwnNode(args);
} catch (error) {
  if (!(error instanceof ZonewardenError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error instanceof NotHere ? NOT_POSSIBLE_HERE : 1;
}
