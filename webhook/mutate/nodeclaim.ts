import { enforceNodeClaim, type NodeClaimDecision } from '../../shared/enforcement/nodeclaim.ts';
import { readNewNodeClaim } from '../admission/objects.ts';
import type { AdmissionState, Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest, Verdict } from '../admission/review.ts';
import { noRoomMessage, nothingLeftMessage } from '../admission/wording.ts';

/**
 * Narrows a NodeClaim to healthy zones on CREATE, or refuses it. Never on UPDATE: its spec is immutable, and
 * Karpenter's own updates (finalizers, labels) would fail with a changed one.
 */
export function mutateNodeClaim(request: AdmissionRequest, state: AdmissionState): Outcome {
  const read = readNewNodeClaim(request, state);
  if (!read.ok) return read.outcome;
  const decision = enforceNodeClaim(read.claim, state.set);
  const { declared, effective, excluded } = decision;
  const action = decision.refused ? 'refused' : excluded.length > 0 ? 'pruned' : 'unchanged';
  return {
    verdict: verdictOf(decision, state),
    facts: { action, rule: 'zone-impaired-claim', declared, effective, excluded },
  };
}

function verdictOf(decision: NodeClaimDecision, state: AdmissionState): Verdict {
  const { zones } = state.set;
  if (decision.refused === 'nothing-left') {
    return { allowed: false, code: 403, message: nothingLeftMessage(decision.excluded, zones) };
  }
  if (decision.refused === 'no-room') {
    return { allowed: false, code: 422, message: noRoomMessage(decision.excluded, zones) };
  }
  return { allowed: true, patch: decision.patch };
}
