import { DECLARED_ANNOTATION } from '../../shared/enforcement/declared-annotation.ts';
import { declaredFrom } from '../../shared/enforcement/declared-object.ts';
import { markOf } from '../../shared/enforcement/mark.ts';
import { zonesFor } from '../../shared/enforcement/named-zones.ts';
import { isExempt } from '../../shared/enforcement/nodepool.ts';
import {
  isOpenTo,
  type ZoneConstraints,
  zoneRequirements,
} from '../../shared/enforcement/zone-constraints.ts';
import { sameJson } from '../../shared/json/same-json.ts';
import type { OrderedZone } from '../../shared/record/orders.ts';
import { type NodePoolView, requirementsOf } from '../../shared/views/node-pool.ts';
import { eventSubject } from '../admission/nodepool-event.ts';
import { readNodePools } from '../admission/objects.ts';
import type { AdmissionState, Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { stillTargetsMessage } from '../admission/wording.ts';
import { violationEvents, zoneEvents } from '../policies/nodepool-events.ts';
import { type PolicyReview, reviewByPolicy } from '../policies/policy-review.ts';
import { withPolicy } from '../policies/policy-verdict.ts';

/**
 * Checks the final NodePool, after every other webhook: that it targets no impaired zone, and what the policy says of it
 * as its owner declared it. `zone-enforcement: off` exempts it from the first, not from the second.
 */
export function validateNodePool(request: AdmissionRequest, state: AdmissionState): Outcome {
  const read = readNodePools(request);
  if (!read.ok) return read.outcome;
  const { incoming, old } = read;
  if (incoming.metadata.deletionTimestamp) {
    return { verdict: { allowed: true }, facts: { action: 'ignored', rule: 'being-deleted' } };
  }
  const object = asDeclared(request.object, incoming);
  const before = old === undefined ? undefined : asDeclared(request.oldObject, old);
  const review = reviewOf(request, state, { object, before, isExempt: isExempt(incoming) });
  const outcome = withPolicy(checkZones(incoming, old, state), review, `NodePool ${nameOf(request)}`);
  const isRefused = !outcome.verdict.allowed;
  const about = eventSubject('NodePool', nameOf(request), request, isRefused);
  // What stands as it stood is in reports, and is no news at every label.
  const isNews = isRefused || before === undefined || !sameJson(specOf(object), specOf(before));
  const events = [
    ...(isNews ? violationEvents(review?.findings ?? [], about, isRefused) : []),
    ...(isRefused ? [] : zoneEvents(incoming, old, state.set, about)),
  ];
  return events.length === 0 ? outcome : { ...outcome, events };
}

/**
 * It ratchets: an update that does not open the NodePool to an impaired zone anew is let through, so that labels and
 * finalizers of one that was stored while we were away can still be changed, and the watcher's own nudge is never
 * refused.
 */
function checkZones(incoming: NodePoolView, old: NodePoolView | undefined, state: AdmissionState): Outcome {
  const effective = zoneRequirements(requirementsOf(incoming));
  const asked = isExempt(incoming) ? [] : zonesFor(state.set, constraintsOf(incoming));
  const impaired = asked.filter((zone) => zone.state === 'impaired');
  const open = impaired.filter((zone) => targets(incoming, zone));
  // Made by a replica that knows a newer set than this one: a zone that is open in it has recovered since.
  const mark = markOf(incoming, state.settings.markKeys);
  const newer = (mark?.content.generation ?? 0) > state.set.generation;
  const anew = newer ? [] : open.filter((zone) => old === undefined || !targets(old, zone));
  if (anew.length > 0) {
    return {
      verdict: { allowed: false, code: 403, message: stillTargetsMessage('NodePool', anew) },
      facts: { action: 'refused', rule: 'zone-impaired-target', effective },
    };
  }
  const notes = open.length > 0 ? ['still-targets-impaired-zone'] : [];
  return {
    verdict: { allowed: true },
    facts: { action: 'unchanged', rule: 'zone-impaired-target', effective, notes },
  };
}

function reviewOf(
  request: AdmissionRequest,
  { policies, set }: AdmissionState,
  pool: { readonly object: unknown; readonly before: unknown; readonly isExempt: boolean },
): PolicyReview | undefined {
  if (policies === undefined) return undefined;
  const { object, before, isExempt } = pool;
  const old = before === undefined ? {} : { old: before };
  return reviewByPolicy({ kind: 'NodePool', object, ...old, isExempt }, request.userInfo, policies, set);
}

function specOf(object: unknown): unknown {
  return typeof object === 'object' && object !== null && 'spec' in object ? object.spec : undefined;
}

/** Only of what bears our mark something else was declared. */
function asDeclared(object: unknown, view: NodePoolView): unknown {
  if (view.metadata.annotations?.[DECLARED_ANNOTATION] === undefined) return object;
  return typeof object === 'object' && object !== null ? declaredFrom(view, object) : object;
}

function nameOf({ name }: AdmissionRequest): string {
  return name ?? '';
}

function targets(pool: NodePoolView, zone: OrderedZone): boolean {
  return isOpenTo(constraintsOf(pool), zone);
}

function constraintsOf(pool: NodePoolView): ZoneConstraints {
  return { requirements: requirementsOf(pool), labels: pool.spec.template.metadata?.labels ?? {} };
}
