import { isOpenTo, zoneRequirements } from '../../shared/enforcement/zone-constraints.ts';
import { readNewNodeClaim } from '../admission/objects.ts';
import type { AdmissionState, Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { stillTargetsMessage } from '../admission/wording.ts';

/** Checks the final NodeClaim on CREATE, after every other webhook: none that could launch in an impaired zone. */
export function validateNodeClaim(request: AdmissionRequest, state: AdmissionState): Outcome {
  const read = readNewNodeClaim(request, state);
  if (!read.ok) return read.outcome;
  const requirements = read.claim.spec.requirements ?? [];
  const effective = zoneRequirements(requirements);
  const open = state.set.zones.filter(
    (zone) => zone.state === 'impaired' && isOpenTo({ requirements, labels: {} }, zone),
  );
  if (open.length === 0) {
    return {
      verdict: { allowed: true },
      facts: { action: 'unchanged', rule: 'zone-impaired-claim', effective },
    };
  }
  return {
    verdict: { allowed: false, code: 403, message: stillTargetsMessage('NodeClaim', open) },
    facts: { action: 'refused', rule: 'zone-impaired-claim', effective },
  };
}
