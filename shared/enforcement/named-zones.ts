import type { OrderedZone, Orders } from '../record/orders.ts';
import { boundedValues, type ZoneConstraints } from './zone-constraints.ts';

/** The zones that an object names as those that it is for: by `In` requirements, and by labels of its template. */
export interface NamedZones {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

const NOTHING: readonly string[] = [];

/** What an object names; nothing where it is for whatever zones its subnets are in. Pure. */
export function namedZones(constraints: ZoneConstraints): NamedZones {
  return {
    ids: boundedValues(constraints, 'id') ?? NOTHING,
    names: boundedValues(constraints, 'name') ?? NOTHING,
  };
}

/**
 * The zones to keep an object out of or to give back to it: those of the set, and those elsewhere that the object names.
 * Who names a zone begins to use it, and nobody has to see that first: the write itself tells. Pure.
 */
export function zonesFor({ zones, elsewhere }: Orders, constraints: ZoneConstraints): readonly OrderedZone[] {
  if (elsewhere === undefined) return zones;
  const named = namedZones(constraints);
  const begun = elsewhere.zones.filter((zone) => mayBeNamed(zone, named, elsewhere.knownNames));
  if (begun.length === 0) return zones;
  const others = zones.filter(({ id }) => !begun.some((zone) => zone.id === id));
  return [...others, ...begun].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** Whether a zone is named. One without a known name may be each that is named and is not known to be another one. */
function mayBeNamed(
  { id, name }: OrderedZone,
  { ids, names }: NamedZones,
  knownNames: readonly string[],
): boolean {
  if (ids.includes(id)) return true;
  return name === undefined ? names.some((one) => !knownNames.includes(one)) : names.includes(name);
}
