import { type JsonPatchOperation, patchList } from '../json/json-patch.ts';
import type { OrderedZone, Orders } from '../record/orders.ts';
import { refusedByCrd } from '../requirements/crd-rules.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { NodeClaimView } from '../views/node-pool.ts';
import { excludeZones } from './exclude-zones.ts';
import { zonesFor } from './named-zones.ts';
import { nothingLeft, zoneRequirements } from './zone-constraints.ts';

export interface NodeClaimDecision {
  readonly patch: readonly JsonPatchOperation[];
  readonly declared: readonly Requirement[];
  readonly effective: readonly Requirement[];
  readonly excluded: readonly OrderedZone[];
  /** No zone is left, or the list is full: the claim must not be made. */
  readonly refused: 'nothing-left' | 'no-room' | undefined;
}

/**
 * Decides about a NodeClaim on CREATE, the only time at which its spec can be changed. A claim with no zone left
 * is refused rather than narrowed to nothing: one that can't launch holds up provisioning for every pod.
 */
export function enforceNodeClaim(claim: NodeClaimView, set: Orders): NodeClaimDecision {
  const requirements = claim.spec.requirements ?? [];
  // The API server refuses it by itself, with a better message than ours would be.
  if (refusedByCrd(requirements) !== undefined) {
    return { patch: [], declared: [], effective: [], excluded: [], refused: undefined };
  }
  const constraints = { requirements, labels: {} };
  const impaired = zonesFor(set, constraints).filter((zone) => zone.state === 'impaired');
  const exclusion = excludeZones(constraints, impaired);
  const empty =
    exclusion.excluded.length > 0 && nothingLeft({ requirements: exclusion.requirements, labels: {} });
  return {
    patch: patchList('/spec/requirements', claim.spec.requirements ?? undefined, exclusion.requirements),
    declared: zoneRequirements(requirements),
    effective: zoneRequirements(exclusion.requirements),
    excluded: exclusion.excluded,
    refused: exclusion.noRoomFor.length > 0 ? 'no-room' : empty ? 'nothing-left' : undefined,
  };
}
