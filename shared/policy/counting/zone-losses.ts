import type { NamedZone } from '../../catalog/matches.ts';
import type { Subject } from '../core/subject.ts';
import { familyCount, launchableTypes } from './type-count.ts';

/** What a NodePool could still launch while one zone is gone. */
export interface ZoneLoss {
  readonly lost: NamedZone;
  readonly types: number;
  readonly families: number;
  /** Open zones that are left in which at least one of the types is offered. */
  readonly zones: number;
}

/**
 * What is left with each open zone gone in turn, in the order of the zones; `undefined` where nobody knows the zones. Where
 * Spot may be launched, Spot is counted: it is what goes first. That zones are impaired now is not looked at.
 */
export function zoneLosses(subject: Subject): readonly ZoneLoss[] | undefined {
  const open = subject.openZones;
  return open?.map((lost) => {
    const left = leftWithout(subject, lost);
    const others = open.filter((zone) => zone !== lost);
    return {
      lost,
      types: left.types.length,
      families: familyCount(left),
      zones: others.filter((zone) => offersAny(subject, left.types, zone)).length,
    };
  });
}

/** The same with no zone gone. */
export function withAllZones(subject: Subject): Omit<ZoneLoss, 'lost'> {
  const all = leftWithout(subject);
  return { types: all.types.length, families: familyCount(all), zones: subject.openZones?.length ?? 0 };
}

function leftWithout(subject: Subject, lost?: NamedZone) {
  return subject.allowsCapacityType('spot')
    ? subject.launchable('spot', lost)
    : launchableTypes(subject, lost);
}

/** Whether a zone offers one of the types, as far as anybody knows. */
function offersAny({ around }: Subject, types: readonly number[], zone: NamedZone): boolean {
  const { offerings } = around.catalog;
  const place = offerings?.zoneIds.indexOf(zone.id) ?? -1;
  if (offerings === undefined || zone.id === '') return types.length > 0;
  return types.some((type) => offerings.sets[offerings.setOf[type] ?? -1]?.includes(place) === true);
}
