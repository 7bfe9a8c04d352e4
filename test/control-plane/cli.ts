import { join } from 'node:path';
import { Command } from 'commander';
import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';
import {
  attachControlPlane,
  type ControlPlane,
  removeControlPlane,
  startControlPlane,
} from './control-plane.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import { installKarpenterCrds } from './crds.ts';

/** One for exploring by hand: `npm run control-plane -- up`. Its folder is git-ignored. */
const dir = join(import.meta.dirname, '..', '..', '.zonewarden', 'control-plane');

const program = new Command('control-plane').description(
  "A real kube-apiserver and etcd on this machine, with Karpenter's CRDs, for exploring. Nodes and pods do not run.",
);

program
  .command('up')
  .description('start it, or show the one that runs')
  .option('--with-crds', "install Karpenter's CRDs", true)
  .option('--no-with-crds', 'leave the CRDs out')
  .action(up);
program.command('down').description('end it and remove its data').action(down);
program.command('status').description('show whether it runs; exit code 1 if it does not').action(status);

async function up({ withCrds }: { withCrds: boolean }): Promise<void> {
  const running = attachControlPlane(dir);
  if (running !== undefined && (await notReadyBecause(running)) !== undefined) {
    throw new ControlPlaneError(
      'not-ready',
      `It runs but is not ready; see ${running.logs.apiServer}, or end it: down.`,
    );
  }
  const controlPlane = running ?? (await startControlPlane({ detached: true, dir }));
  const crds = withCrds ? await installKarpenterCrds(controlPlane) : [];
  console.log(running === undefined ? 'Started.' : 'Runs already.');
  show(controlPlane);
  if (crds.length > 0) console.log(`CRDs        ${crds.join(', ')}`);
  console.log(`
Try:
  export KUBECONFIG=${controlPlane.kubeconfigPath}
  export PATH=${join(controlPlane.binaries.kubectl, '..')}:$PATH
  kubectl get nodepools,nodeclaims,ec2nodeclasses
  kubectl explain nodepool.spec.template.spec.requirements
End it with: npm run control-plane -- down`);
}

async function down(): Promise<void> {
  console.log((await removeControlPlane(dir)) ? 'Ended, data removed.' : 'Nothing to end.');
}

async function status(): Promise<void> {
  const controlPlane = attachControlPlane(dir);
  if (controlPlane === undefined) {
    console.log('Does not run. Start it with: npm run control-plane -- up');
    process.exitCode = 1;
    return;
  }
  const reason = await notReadyBecause(controlPlane);
  console.log(reason === undefined ? 'Runs and is ready.' : `Runs but is not ready: ${reason}`);
  show(controlPlane);
  if (reason !== undefined) process.exitCode = 1;
}

async function notReadyBecause(controlPlane: ControlPlane): Promise<string | undefined> {
  const { code, stderr } = await controlPlane.kubectl(['get', '--raw', '/readyz'], { allowFailure: true });
  return code === 0 ? undefined : stderr.trim();
}

function show({ endpoint, kubeconfigPath, pids, logs }: ControlPlane): void {
  console.log(`endpoint    ${endpoint}`);
  console.log(`kubeconfig  ${kubeconfigPath}`);
  console.log(`processes   kube-apiserver ${pids.apiServer}, etcd ${pids.etcd}`);
  console.log(`logs        ${logs.apiServer}\n            ${logs.etcd}`);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ZonewardenError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
