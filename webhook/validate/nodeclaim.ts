import { zonesFor } from '../../shared/enforcement/named-zones.ts';
import { isOpenTo, zoneRequirements } from '../../shared/enforcement/zone-constraints.ts';
import { isMadeByKarpenter } from '../../shared/policy/reading/made-by-karpenter.ts';
import { zoneDimensionOf } from '../../shared/record/zone-keys.ts';
import type { NodeClaimView } from '../../shared/views/node-pool.ts';
import { eventSubject } from '../admission/nodepool-event.ts';
import { readNewNodeClaim } from '../admission/objects.ts';
import type { AdmissionState, Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { stillTargetsMessage } from '../admission/wording.ts';
import { violationEvents } from '../policies/nodepool-events.ts';
import { auditedOnly, type PolicyReview, reviewByPolicy } from '../policies/policy-review.ts';
import { withPolicy } from '../policies/policy-verdict.ts';

/**
 * Checks the final NodeClaim on CREATE, after every other webhook: none that could launch in an impaired zone. The policy
 * judges one that stands alone like a NodePool; of one that Karpenter makes, what is found is only written down.
 */
export function validateNodeClaim(request: AdmissionRequest, state: AdmissionState): Outcome {
  const read = readNewNodeClaim(request, state);
  if (read.ok) return withFindings(request, state, read.claim, checkZones(read.claim, state));
  return read.claim === undefined ? read.outcome : withFindings(request, state, read.claim, read.outcome);
}

function withFindings(
  request: AdmissionRequest,
  state: AdmissionState,
  claim: NodeClaimView,
  zones: Outcome,
): Outcome {
  const review = reviewOf(request, state, claim);
  const name = request.name ?? claim.metadata.generateName ?? '';
  const outcome = withPolicy(zones, review, `NodeClaim ${name}`);
  const isRefused = !outcome.verdict.allowed;
  const about = eventSubject('NodeClaim', name, request, isRefused);
  const events = violationEvents(review?.findings ?? [], about, isRefused);
  return events.length === 0 ? outcome : { ...outcome, events };
}

function checkZones({ spec }: NodeClaimView, { set }: AdmissionState): Outcome {
  const requirements = spec.requirements ?? [];
  const effective = zoneRequirements(requirements);
  const constraints = { requirements, labels: {} };
  const open = zonesFor(set, constraints).filter(
    (zone) => zone.state === 'impaired' && isOpenTo(constraints, zone),
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

function reviewOf(
  request: AdmissionRequest,
  { policies, set }: AdmissionState,
  claim: NodeClaimView,
): PolicyReview | undefined {
  if (policies === undefined) return undefined;
  const { object } = request;
  const inAllZones = withoutZones(object, claim);
  const review = reviewByPolicy({ kind: 'NodeClaim', object, inAllZones }, request.userInfo, policies, set);
  const facts = { labels: claim.metadata.labels ?? {} };
  const isKarpenters = isMadeByKarpenter({ kind: 'NodeClaim', object, facts, around: policies.around });
  return isKarpenters && review !== undefined ? auditedOnly(review) : review;
}

/**
 * A NodeClaim bears no mark, so that nobody can tell which zones were taken out of it. Without any requirement on a zone
 * it is at least as wide as it was declared.
 */
function withoutZones(object: unknown, { spec }: NodeClaimView): unknown {
  if (typeof object !== 'object' || object === null) return object;
  const requirements = spec.requirements?.filter(({ key }) => zoneDimensionOf(key) === undefined);
  return { ...object, spec: { ...specOf(object), requirements } };
}

function specOf(object: object): object {
  const spec: unknown = 'spec' in object ? object.spec : undefined;
  return typeof spec === 'object' && spec !== null ? spec : {};
}
