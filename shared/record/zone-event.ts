import type { Transition } from './zone-record.ts';

/** What `kubectl describe configmap zonewarden-impaired-zones` shows: one entry a change of a zone. */
export interface ZoneEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'ZoneImpaired' | 'ZoneHeldBack' | 'ZoneElsewhere' | 'ZoneRecovering' | 'ZoneRecovered';
  readonly message: string;
}

/** A transition as an Event; `undefined` where people need not be told. Pure. */
export function zoneEventOf(transition: Transition): ZoneEvent | undefined {
  const { from, to, because } = transition;
  const name = nameOf(transition);
  if (to === 'impaired') {
    return {
      type: 'Warning',
      reason: 'ZoneImpaired',
      message: `${name} is impaired (${because}): NodePools and NodeClaims are kept out of it`,
    };
  }
  if (to === 'recovering') {
    return {
      type: 'Normal',
      reason: 'ZoneRecovering',
      message: `${name} is given back; disruption stays frozen until its nodes are no longer drifted`,
    };
  }
  if (to === 'elsewhere') {
    return {
      type: 'Normal',
      reason: 'ZoneElsewhere',
      message:
        `${name} does not concern this cluster (${because}): nothing is changed, frozen or cordoned. ` +
        'It is impaired as soon as the cluster uses it',
    };
  }
  if (from === 'recovering') {
    return {
      type: 'Normal',
      reason: 'ZoneRecovered',
      message: `${name} is back, and the freeze is gone`,
    };
  }
  if (to === 'held') {
    return {
      type: 'Warning',
      reason: 'ZoneHeldBack',
      message:
        `${name} would be impaired (${because}) and the guard holds that back: too few zones would be left. ` +
        'See maxImpairedZones in docs/rules.md',
    };
  }
  return undefined;
}

function nameOf({ zoneId, name }: Transition): string {
  return name === undefined ? `zone ${zoneId}` : `zone ${name} (${zoneId})`;
}
