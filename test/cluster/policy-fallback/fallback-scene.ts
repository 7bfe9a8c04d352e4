import { readFileSync } from 'node:fs';
import { FALLBACK_NAME } from '../../../shared/fallback/fallback-program.ts';
import { generationOfFallback, readFallback } from '../../../shared/fallback/fallback-view.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { Installation } from '../../installation/installation.ts';
import { inZones, nodeClaim } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { AWAY, recordOf } from '../product/scenario.ts';
import { POLICY_FILE, refusalOf } from './policy-cluster.ts';

/** What the tests of the policy fallback do to an installed product, and what they look at. */

export const POLICY_MANIFEST = readFileSync(POLICY_FILE, 'utf8');

export function policyOf({ client }: Installation): Promise<KubeObject> {
  return client.get(resources.validatingAdmissionPolicies, { name: FALLBACK_NAME });
}

export function specOf(policy: KubeObject): { variables?: unknown[]; validations?: unknown[] } {
  return policy.spec as { variables?: unknown[]; validations?: unknown[] };
}

/** Waits until the policy has the zones of the record: `impaired` of them. */
export async function untilWritten(installation: Installation, impaired: number): Promise<KubeObject> {
  const { value } = await until(`the policy has ${impaired} zones of the record`, async () => {
    const policy = await policyOf(installation);
    const generation = generationOfFallback(readFallback(policy));
    const zones = (specOf(policy).variables as { name: string; expression: string }[] | undefined)?.find(
      ({ name }) => name === 'zones',
    );
    const found = zones?.expression.match(/'id':/g)?.length ?? 0;
    return generation !== undefined && zones !== undefined && found === impaired ? policy : undefined;
  });
  return value;
}

/** What the policy says to a NodeClaim with these requirements, as a dry run. */
export function claimRefusal(installation: Installation, requirements: readonly object[], pool?: string) {
  const claim = nodeClaim('claim', requirements);
  if (pool !== undefined) claim.metadata.labels = { 'karpenter.sh/nodepool': pool };
  return refusalOf(installation.client.create(resources.nodeClaims, claim, { dryRun: true }));
}

/** Waits until the API server refuses (or lets through) claims for the zone. Only without a webhook does it tell. */
export async function untilClaims(installation: Installation, refused: boolean, zone = AWAY.name) {
  await until(`claims for ${zone} are ${refused ? 'refused' : 'let through'}`, async () => {
    return ((await claimRefusal(installation, [inZones(zone)])) !== undefined) === refused;
  });
}

export async function zonesInRecord(installation: Installation): Promise<string[]> {
  return Object.keys(await recordOf(installation));
}
