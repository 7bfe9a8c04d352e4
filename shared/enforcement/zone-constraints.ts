import type { OrderedZone } from '../record/orders.ts';
import {
  ZONE_ID_KEY,
  ZONE_NAME_ALIASES,
  ZONE_NAME_KEY,
  type ZoneDimension,
  zoneDimensionOf,
} from '../record/zone-keys.ts';
import { acceptedByAll } from '../requirements/accepted-by-all.ts';
import { acceptsValue, type Requirement } from '../requirements/requirement.ts';

/** Everything in an object that can narrow its zones. */
export interface ZoneConstraints {
  readonly requirements: readonly Requirement[];
  /** `spec.template.metadata.labels` of a NodePool: each acts as `In [value]` (Karpenter NewNodeClaimTemplate). */
  readonly labels: Readonly<Record<string, string>>;
}

/** The requirements on a zone, of one dimension or of both, in their order. */
export function zoneRequirements(
  requirements: readonly Requirement[],
  dimension?: ZoneDimension,
): Requirement[] {
  return requirements.filter((entry) => {
    const found = zoneDimensionOf(entry.key);
    return found !== undefined && (dimension === undefined || found === dimension);
  });
}

const KEYS: Readonly<Record<ZoneDimension, readonly string[]>> = {
  name: [ZONE_NAME_KEY, ...ZONE_NAME_ALIASES],
  id: [ZONE_ID_KEY],
};

/** The template labels of one dimension, as the `In` requirements that they amount to. */
export function labelRequirements(
  labels: Readonly<Record<string, string>>,
  dimension: ZoneDimension,
): Requirement[] {
  return KEYS[dimension].flatMap((key) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [{ key, operator: 'In', values: [value] }];
  });
}

/** All that narrows one dimension: requirements first, then labels. */
export function constraintsOn(constraints: ZoneConstraints, dimension: ZoneDimension): Requirement[] {
  return [
    ...zoneRequirements(constraints.requirements, dimension),
    ...labelRequirements(constraints.labels, dimension),
  ];
}

/**
 * Whether the object could still launch in the zone. Requirements on one key intersect, so one that refuses is
 * enough. A zone whose name nobody knows can be excluded by its ID only: a list of names says nothing about it.
 */
export function isOpenTo(constraints: ZoneConstraints, zone: OrderedZone): boolean {
  const { id, name } = zone;
  if (!constraintsOn(constraints, 'id').every((entry) => acceptsValue(entry, id))) return false;
  return name === undefined || constraintsOn(constraints, 'name').every((entry) => acceptsValue(entry, name));
}

/**
 * The values that a dimension is narrowed to, or `undefined` where no list or label bounds it.
 * `[]` means that nothing can satisfy the object.
 */
export function boundedValues(constraints: ZoneConstraints, dimension: ZoneDimension): string[] | undefined {
  const entries = constraintsOn(constraints, dimension);
  const first = entries.find((entry) => entry.operator === 'In');
  if (first === undefined) return undefined;
  return (first.values ?? []).filter(acceptedByAll(entries));
}

/** Those of some zones that the object could still launch in. Of several, each is told by what was made of the lists once. */
export function openAmong(constraints: ZoneConstraints, zones: readonly OrderedZone[]): OrderedZone[] {
  if (zones.length < 2) return zones.filter((zone) => isOpenTo(constraints, zone));
  const acceptsId = acceptedByAll(constraintsOn(constraints, 'id'));
  const acceptsName = acceptedByAll(constraintsOn(constraints, 'name'));
  return zones.filter(({ id, name }) => acceptsId(id) && (name === undefined || acceptsName(name)));
}

/** Whether no zone at all is left to the object, in either dimension. */
export function nothingLeft(constraints: ZoneConstraints): boolean {
  return boundedValues(constraints, 'name')?.length === 0 || boundedValues(constraints, 'id')?.length === 0;
}
