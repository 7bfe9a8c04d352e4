import type { ShadowOutcome } from '../../shared/audit/decision-record.ts';
import { onlyInShadow } from '../../shared/record/shadow-set.ts';
import type { AdmissionState, Decider, WebhookName } from './outcome.ts';
import type { AdmissionRequest } from './review.ts';

/**
 * What the decider would have done if the zones that the rules only record were impaired: the same function on the same
 * object and old object, with another set. `undefined` while nothing is recorded, and where nobody decides.
 *
 * Of the mutating step alone. The validating one looks at what the mutating one made, and that is no shadow: it would
 * say of each NodePool that it still targets the zone.
 */
export function shadowOutcome(
  webhook: WebhookName,
  decider: Decider,
  request: AdmissionRequest,
  state: AdmissionState,
): ShadowOutcome | undefined {
  const { shadow } = state;
  if (shadow === undefined || webhook !== 'mutate') return undefined;
  const { verdict, facts } = decider(request, { ...state, set: shadow });
  if (facts.action === 'ignored') return undefined;
  return { verdict, facts, zones: onlyInShadow(shadow, state.set) };
}
