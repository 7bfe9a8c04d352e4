import { showRequirement } from '../shared/audit/bounded-line.ts';
import { DECLARED_ANNOTATION } from '../shared/enforcement/declared-annotation.ts';
import { isOpenTo, zoneRequirements } from '../shared/enforcement/zone-constraints.ts';
import { sameJson } from '../shared/json/same-json.ts';
import type { KubeObject } from '../shared/kube/object.ts';
import { nodePoolSchema, requirementsOf } from '../shared/views/node-pool.ts';

/** What the demo looks at in a cluster: NodePools by name, and what they say about zones. */
export type Pools = ReadonlyMap<string, KubeObject>;

export function byName(items: readonly KubeObject[]): Pools {
  return new Map(items.map((item) => [item.metadata.name ?? '', item]));
}

/** The zone requirements in words; a NodePool without any may use every zone. */
export function showZones(pool: KubeObject | undefined): string {
  const view = nodePoolSchema.parse(pool);
  const zones = zoneRequirements(requirementsOf(view));
  return zones.length === 0 ? 'any zone' : zones.map(showRequirement).join(' and ');
}

export function targetsZone(pool: KubeObject, zone: { readonly id: string; readonly name: string }): boolean {
  const view = nodePoolSchema.parse(pool);
  const labels = view.spec.template.metadata?.labels ?? {};
  return isOpenTo(
    { requirements: requirementsOf(view), labels },
    { ...zone, state: 'impaired', sources: [] },
  );
}

export function isMarked(pool: KubeObject): boolean {
  return pool.metadata.annotations?.[DECLARED_ANNOTATION] !== undefined;
}

/** Whether every NodePool of `before` is there with the same spec. */
export function sameSpecs(before: Pools, after: Pools): boolean {
  return [...before].every(([name, pool]) => sameJson(pool.spec, after.get(name)?.spec));
}

/** Whether nothing at all was written in between. */
export function sameVersions(before: Pools, after: Pools): boolean {
  return [...before].every(([name, { metadata }]) => {
    const now = after.get(name)?.metadata;
    return metadata.resourceVersion === now?.resourceVersion && metadata.generation === now?.generation;
  });
}

/** A table of NodePools and their zones, before and after. */
export function compareTable(before: Pools, after: Pools): string {
  const rows = [...before].map(
    ([name, pool]) => [name, showZones(pool), showZones(after.get(name))] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, was, is]) =>
      was === is
        ? `${name.padEnd(width)}  ${is}  (unchanged)`
        : `${name.padEnd(width)}  ${was}\n${' '.repeat(width)}  → ${is}`,
    )
    .join('\n');
}
