import type { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import type { ImpairedSet, ImpairedZone } from '../../shared/record/impaired-set.ts';
import { nodeClaimStatusSchema } from '../../shared/views/node-claim.ts';
import { claimsOfZone } from './zone-claims.ts';

/**
 * How long a zone's freeze may outlive the zone. Karpenter clears `Drifted` within a second or so of the list coming
 * back; a claim that drifts for its owner's reasons never clears, and must not freeze a NodePool for ever.
 */
export const RECOVERY_LIMIT_MS = 10 * 60 * 1000;

type NodeClaimStatus = z.infer<typeof nodeClaimStatusSchema>;

/** Whether Karpenter holds the claim for drifted because its NodePool's requirements exclude it: our doing. */
export function isDriftedByRequirements(claim: NodeClaimStatus): boolean {
  return (
    claim.status?.conditions?.some(
      ({ type, status, reason }) =>
        type === 'Drifted' && status === 'True' && reason === 'RequirementsDrifted',
    ) ?? false
  );
}

/** The names of the zone's claims that are still drifted because of us. Asks for the zone's claims only. */
export async function driftedClaims(
  client: Pick<KubeClient, 'listAll'>,
  zone: ImpairedZone,
  signal: AbortSignal,
): Promise<string[]> {
  return (await claimsOfZone(client, zone, signal)).flatMap((item) => {
    const claim = nodeClaimStatusSchema.safeParse(item);
    // One that cannot be read may be drifted: its zone waits for the time limit, and the others go on.
    const drifted = !claim.success || isDriftedByRequirements(claim.data);
    return drifted ? [item.metadata.name ?? ''] : [];
  });
}

/** Zones on their way back, with the moment at which this process first saw each so. */
export class RecoveringZones {
  readonly #since = new Map<string, number>();

  /** Forgets zones that are not recovering any more and remembers new ones; returns those that are. */
  see(set: ImpairedSet, nowMs: number): ImpairedZone[] {
    const recovering = set.zones.filter(({ state }) => state === 'recovering');
    for (const id of this.#since.keys())
      if (!recovering.some((zone) => zone.id === id)) this.#since.delete(id);
    for (const { id } of recovering) if (!this.#since.has(id)) this.#since.set(id, nowMs);
    return recovering;
  }

  /** Whether the zone has been recovering for longer than the freeze may last. */
  isOverdue(zoneId: string, nowMs: number): boolean {
    return nowMs - (this.#since.get(zoneId) ?? nowMs) >= RECOVERY_LIMIT_MS;
  }
}
