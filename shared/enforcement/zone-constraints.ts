import type { OrderedZone } from '../record/orders.ts';
import { type ZoneDimension, zoneDimensionOf } from '../record/zone-keys.ts';
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

/** The template labels of one dimension, as the `In` requirements that they amount to. */
export function labelRequirements(
  labels: Readonly<Record<string, string>>,
  dimension: ZoneDimension,
): Requirement[] {
  return Object.entries(labels)
    .filter(([key]) => zoneDimensionOf(key) === dimension)
    .map(([key, value]) => ({ key, operator: 'In', values: [value] }));
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
  return (first.values ?? []).filter((value) => entries.every((entry) => acceptsValue(entry, value)));
}

/** Whether no zone at all is left to the object, in either dimension. */
export function nothingLeft(constraints: ZoneConstraints): boolean {
  return boundedValues(constraints, 'name')?.length === 0 || boundedValues(constraints, 'id')?.length === 0;
}
