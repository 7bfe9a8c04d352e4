import { enforceNodePool, type NodePoolDecision } from '../../shared/enforcement/nodepool.ts';
import { eventSubject, type NodePoolEvent } from '../admission/nodepool-event.ts';
import { readNodePools } from '../admission/objects.ts';
import type { AdmissionState, Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest, Verdict } from '../admission/review.ts';
import { nodePoolWarnings, noRoomMessage, notRememberedMessage } from '../admission/wording.ts';

/** Changes a NodePool on CREATE and UPDATE so that it targets no impaired zone, and gives back what was declared. */
export function mutateNodePool(request: AdmissionRequest, state: AdmissionState): Outcome {
  const read = readNodePools(request);
  if (!read.ok) return read.outcome;
  const { incoming, old } = read;
  // A NodePool on its way out launches nothing; its finalizers must come off whatever we think of its zones.
  if (incoming.metadata.deletionTimestamp) {
    return { verdict: { allowed: true }, facts: { action: 'ignored', rule: 'being-deleted' } };
  }
  const decision = enforceNodePool(incoming, old, state.set, state.settings, request.options?.fieldManager);
  const outcome = { verdict: verdictOf(decision, state), facts: factsOf(decision) };
  const events = eventsOf(request, decision);
  return events.length === 0 ? outcome : { ...outcome, events };
}

function verdictOf(decision: NodePoolDecision, state: AdmissionState): Verdict {
  if (decision.noRoomFor.length > 0) {
    return { allowed: false, code: 422, message: noRoomMessage(decision.noRoomFor, state.set.zones) };
  }
  return {
    allowed: true,
    patch: decision.patch,
    warnings: nodePoolWarnings(decision, state.set.zones),
  };
}

function factsOf(decision: NodePoolDecision): Outcome['facts'] {
  const { declared, effective, excluded } = decision;
  const notes = [
    ...(decision.stale ? ['made-from-a-newer-set'] : []),
    ...(decision.nothingLeft ? ['no-zone-left'] : []),
    ...(decision.frozen ? ['frozen'] : []),
    ...(decision.recovering.length > 0 ? ['recovering'] : []),
    ...(decision.noRoomToRemember === 'zones' ? ['no-room-for-mark'] : []),
    ...(decision.noRoomToRemember === 'freeze' ? ['no-room-for-freeze'] : []),
    ...(decision.invalid === undefined ? [] : [`left to the CRD: ${decision.invalid}`]),
  ];
  return { action: actionOf(decision), rule: ruleOf(decision), declared, effective, excluded, notes };
}

/** Once for each NodePool: what is stored then is open to the zone no more. */
function eventsOf(
  request: AdmissionRequest,
  { noRoomToRemember, excluded }: NodePoolDecision,
): NodePoolEvent[] {
  if (noRoomToRemember !== 'zones' || excluded.length === 0) return [];
  const about = eventSubject('NodePool', request.name ?? '', request, false);
  return [{ type: 'Warning', reason: 'ZoneNotRemembered', message: notRememberedMessage(excluded), about }];
}

function actionOf(decision: NodePoolDecision): Outcome['facts']['action'] {
  if (decision.noRoomFor.length > 0) return 'refused';
  if (decision.excluded.length > 0) return 'pruned';
  return decision.patch.length > 0 ? 'restored' : 'unchanged';
}

function ruleOf(decision: NodePoolDecision): string {
  if (decision.exempt) return 'zone-enforcement-off';
  return decision.noRoomFor.length > 0 ? 'zone-no-room' : 'zone-impaired-target';
}
