import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ImpairedZone } from '../../shared/record/impaired-set.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';

/** The zone's NodeClaims, by the label that Karpenter gives them at launch. Asks for no others. */
export async function claimsOfZone(
  client: Pick<KubeClient, 'listAll'>,
  zone: Pick<ImpairedZone, 'id' | 'name'>,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const labelSelector =
    zone.name === undefined ? `${ZONE_ID_KEY}=${zone.id}` : `${ZONE_NAME_KEY}=${zone.name}`;
  try {
    return (await client.listAll(resources.nodeClaims, { labelSelector }, { signal })).items;
  } catch (error) {
    // No NodeClaims in this cluster (the CRD is not there).
    if (isNotFound(error)) return [];
    throw error;
  }
}
