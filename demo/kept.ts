import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { removeControlPlane } from '../test/control-plane/control-plane.ts';
import { isRunning, processIdentitySchema } from '../test/control-plane/process-identity.ts';
import type { Installation } from '../test/installation/installation.ts';

/** Where `--keep` leaves what it needs to find everything again; git-ignored. */
export const KEPT_DIR = join(import.meta.dirname, '..', '.zonewarden', 'demo');
const STATE = join(KEPT_DIR, 'demo.json');

const stateSchema = z.object({
  processes: z.array(processIdentitySchema),
  queueEndpoint: z.string(),
  queueUrl: z.string(),
});
export type KeptDemo = z.infer<typeof stateSchema>;

export function readKept(): KeptDemo | undefined {
  return existsSync(STATE) ? stateSchema.parse(JSON.parse(readFileSync(STATE, 'utf8'))) : undefined;
}

export function writeKept({ webhook, watcher, queue }: Installation): void {
  const state: KeptDemo = {
    processes: [webhook.identity, watcher.identity, queue.process.identity],
    queueEndpoint: queue.endpoint,
    queueUrl: queue.url,
  };
  writeFileSync(STATE, JSON.stringify(state), { mode: 0o600 });
}

/** Ends a demo that was kept, and removes its folder. Only processes that it started are ended. */
export async function endKept(): Promise<boolean> {
  const kept = readKept();
  for (const identity of kept?.processes ?? []) {
    if (isRunning(identity)) process.kill(identity.pid, 'SIGTERM');
  }
  const controlPlane = await removeControlPlane(join(KEPT_DIR, 'control-plane'));
  rmSync(KEPT_DIR, { recursive: true, force: true });
  return kept !== undefined || controlPlane;
}

export function howToLook({
  controlPlane,
  webhook,
  watcher,
  webhookOpsUrl,
  watcherOpsUrl,
}: Installation): string {
  return `
Everything is still running, and the zone is impaired again, so that there is something to look at:

  export KUBECONFIG=${controlPlane.kubeconfigPath}
  export PATH=${join(controlPlane.binaries.kubectl, '..')}:$PATH
  kubectl -n zonewarden get configmap zonewarden-impaired-zones -o yaml
  kubectl get nodepool web -o yaml
  kubectl apply -f demo/nodepools
  kubectl edit nodepool web

  audit log   ${webhook.logFile}
  watcher     ${watcher.logFile}
  metrics     ${webhookOpsUrl}/metrics  ${watcherOpsUrl}/metrics

  npm run demo -- --event completed     the zone is back
  npm run demo -- --event started       it is away again
  npm run demo -- --stop                ends everything`;
}
