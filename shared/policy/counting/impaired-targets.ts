import { allowsZone, type NamedZone } from '../../catalog/matches.ts';
import { EXEMPT_ANNOTATION } from '../../enforcement/nodepool.ts';
import type { Subject } from '../core/subject.ts';
import { isSameZone } from './listed-zones.ts';

/** The impaired zones in which it could launch. Where nobody knows the zones, those that its requirements do not keep out. */
export function impairedTargets({ around, openZones, requirements }: Subject): readonly NamedZone[] {
  return around.impaired.filter((zone) =>
    openZones === undefined
      ? allowsZone(requirements, zone)
      : openZones.some((open) => isSameZone(open, zone)),
  );
}

/** The open zones that are not impaired; `undefined` where nobody knows the zones. */
export function healthyZones({ around, openZones }: Subject): readonly NamedZone[] | undefined {
  return openZones?.filter((open) => !around.impaired.some((zone) => isSameZone(open, zone)));
}

/** Whether an annotation keeps admission from taking impaired zones out of it. */
export function isUnenforced({ kind, facts }: Subject): boolean {
  return kind === 'NodePool' && facts.annotations[EXEMPT_ANNOTATION] === 'off';
}
