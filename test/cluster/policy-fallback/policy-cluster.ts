import { readFileSync } from 'node:fs';
import { fallbackLiterals } from '../../../shared/fallback/fallback-literals.ts';
import { FALLBACK_NAME, fallbackProgram } from '../../../shared/fallback/fallback-program.ts';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { inZones, nodeClaim } from '../../installation/node-pools.ts';
import { ROOT } from '../../installation/product-process.ts';
import { until } from '../../installation/until.ts';

export const POLICY_FILE = `${ROOT}config/base/policy-fallback.yaml`;

/** A control plane with Karpenter's CRDs and the policy, and nothing else of the product: no webhook, no watcher. */
export interface PolicyCluster {
  readonly controlPlane: ControlPlane;
  readonly client: KubeClient;
  /** Writes the rules for the set into the policy, and waits until the API server goes by them. */
  rulesFor(set: Orders, exempt?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startPolicyCluster(): Promise<PolicyCluster> {
  const controlPlane = await startControlPlane();
  await installKarpenterCrds(controlPlane);
  await controlPlane.kubectl(['apply', '-f', '-'], { input: readFileSync(POLICY_FILE, 'utf8') });
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
    userAgent: 'zonewarden-test',
  });
  let canaries = 0;
  return {
    controlPlane,
    client,
    async rulesFor(set, exempt = []) {
      canaries += 1;
      const canary = `canary-${canaries}`;
      const spec = fallbackProgram(fallbackLiterals(set, [...exempt, canary]));
      await client.patch(
        resources.validatingAdmissionPolicies,
        { name: FALLBACK_NAME },
        { kind: 'merge', body: { spec } },
      );
      // An exempt NodePool's claim passes only by the rules that name it.
      const claim = nodeClaim('canary', [inZones(set.zones[0]?.name ?? '')]);
      claim.metadata.labels = { 'karpenter.sh/nodepool': canary };
      await until('the API server goes by the new rules', async () => {
        const others = await refusalOf(
          client.create(resources.nodeClaims, canaryOf('nobody'), { dryRun: true }),
        );
        const ours = await refusalOf(client.create(resources.nodeClaims, claim, { dryRun: true }));
        return others !== undefined && ours === undefined;
      });
      function canaryOf(pool: string): KubeObject {
        return { ...claim, metadata: { ...claim.metadata, labels: { 'karpenter.sh/nodepool': pool } } };
      }
    },
    async stop() {
      client.close();
      await controlPlane.stop();
    },
  };
}

const BY_POLICY = "ValidatingAdmissionPolicy 'zonewarden' with binding 'zonewarden' denied request: ";

/**
 * What the policy said to a write; `undefined` where it was let through.
 * @throws whatever else the write failed with
 */
export async function refusalOf(write: Promise<unknown>): Promise<string | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (!(error instanceof KubeError) || !error.message.includes(BY_POLICY)) throw error;
    return error.message.slice(error.message.indexOf(BY_POLICY) + BY_POLICY.length);
  }
}

/** Whether the CRD refuses the object itself: nobody else is asked then. */
export function isRefusedByCrd(error: unknown): boolean {
  return error instanceof KubeError && error.code === 'kube.invalid';
}
