import { marksOf } from '../../shared/enforcement/declaration.ts';
import { EXEMPT_ANNOTATION } from '../../shared/enforcement/nodepool.ts';
import { type NodePoolView, requirementsOf } from '../../shared/enforcement/nodepool-view.ts';
import { isOpenTo, zoneRequirements } from '../../shared/enforcement/zone-constraints.ts';
import type { ImpairedZone } from '../../shared/zones/impaired-set.ts';
import { readNodePools } from '../admission/objects.ts';
import type { AdmissionState, Outcome } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';
import { stillTargetsMessage } from '../admission/wording.ts';

/**
 * Checks the final NodePool, after every other webhook. It ratchets: an update that does not open the NodePool to
 * an impaired zone anew is let through, so that labels and finalizers of one that was stored while we were away
 * can still be changed, and the watcher's own nudge is never refused.
 */
export function validateNodePool(request: AdmissionRequest, state: AdmissionState): Outcome {
  const read = readNodePools(request);
  if (!read.ok) return read.outcome;
  const { incoming, old } = read;
  if (incoming.metadata.deletionTimestamp) {
    return { verdict: { allowed: true }, facts: { action: 'ignored', rule: 'being-deleted' } };
  }
  const effective = zoneRequirements(requirementsOf(incoming));
  const exempt = incoming.metadata.annotations?.[EXEMPT_ANNOTATION] === 'off';
  const impaired = exempt ? [] : state.set.zones.filter((zone) => zone.state === 'impaired');
  const open = impaired.filter((zone) => targets(incoming, zone));
  // Made by a replica that knows a newer set than this one: a zone that is open in it has recovered since.
  const newer = (marksOf(incoming)?.generation ?? 0) > state.set.generation;
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

function targets(pool: NodePoolView, zone: ImpairedZone): boolean {
  const labels = pool.spec.template.metadata?.labels ?? {};
  return isOpenTo({ requirements: requirementsOf(pool), labels }, zone);
}
