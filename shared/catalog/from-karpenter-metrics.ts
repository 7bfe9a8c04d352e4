import { ARCH_KEY, CPU_KEY, CPU_MANUFACTURER_KEY, FAMILY_KEY, MEMORY_KEY } from '../requirements/labels.ts';
import { buildCatalog, type CatalogRow, type ZonesOfTypes } from './build-catalog.ts';
import { type Catalog, labelOf, labelsOf } from './catalog.ts';
import { CatalogUnreadableError } from './catalog-unreadable-error.ts';
import type { NamedZone } from './matches.ts';
import { type Sample, samplesOf } from './metrics-text.ts';
import { labelsOfName, type TypeLabels } from './type-labels.ts';

const PREFIX = 'karpenter_cloudprovider_instance_type_';
const AVAILABLE = `${PREFIX}offering_available`;
const PRICE = `${PREFIX}offering_price_estimate`;
const CPU = `${PREFIX}cpu_cores`;
const MEMORY = `${PREFIX}memory_bytes`;
const NAMES: ReadonlySet<string> = new Set([AVAILABLE, PRICE, CPU, MEMORY]);

/** What the metrics tell of one type. */
interface Told {
  readonly capacityTypes: Set<string>;
  /** Names of zones that offer it. */
  readonly zones: Set<string>;
  cpu?: number;
  memoryBytes?: number;
}

/**
 * Makes a catalogue of a page of Karpenter's /metrics: the types that it considers for any of its NodePools, what they
 * can be had as, and CPU and memory. Names tell family, size and generation; the rest is as `known` has it (the bundled
 * catalogue), for a new type its family's architecture.
 *
 * Karpenter has a series for each pair of type and zone, offered or not; 1 means that it could be launched now. A type is
 * taken to be offered in a zone where one of its series is 1, or where there is a Spot price for it: that one stays
 * while capacity is short or the zone is shifted away (karpenter-provider-aws pkg/providers/instancetype/offering). The
 * metrics name zones by name: without `zones` that give the IDs, the catalogue knows no zones.
 *
 * @throws CatalogUnreadableError where it is no such page, or names a zone that `zones` have not
 */
export function catalogFromKarpenterMetrics(
  madeAt: string,
  text: string,
  { known, zones, region }: { known: Catalog; zones?: readonly NamedZone[]; region?: string },
): Catalog {
  const types = readTypes(text);
  if (types.size === 0) {
    throw new CatalogUnreadableError(
      `there is no ${AVAILABLE} in it: give it a page of Karpenter's /metrics; Karpenter needs a NodePool, and a minute, before it tells types`,
    );
  }
  const placeOf = new Map(known.types.map((name, place) => [name, place]));
  const families = familyLabels(known);
  const rows = [...types].map(([name, told]): CatalogRow => {
    const place = placeOf.get(name);
    const others = place === undefined ? labelsLikeFamily(name, families) : labelsOf(known, place);
    return { name, capacityTypes: told.capacityTypes, labels: { ...others, ...measured(told) } };
  });
  const news = rows.filter(({ name }) => !placeOf.has(name)).length;
  const madeFrom = `Karpenter's /metrics; labels of ${rows.length - news} types from the catalogue of ${known.origin.madeAt.slice(0, 10)}, ${news} unknown to it`;
  const origin = { source: 'karpenter-metrics', madeAt, ...(region && { region }), madeFrom } as const;
  return buildCatalog(origin, rows, zones && zoneIdsOf(types, zones));
}

function readTypes(text: string): Map<string, Told> {
  const types = new Map<string, Told>();
  for (const sample of samplesOf(text, NAMES)) {
    const name = sample.labels.get('instance_type') ?? '';
    if (name === '') continue;
    const told = types.get(name) ?? { capacityTypes: new Set(), zones: new Set() };
    types.set(name, told);
    take(sample, told);
  }
  // CPU and memory are told of every type of the Region; only one with offerings is Karpenter's to launch.
  for (const [name, { capacityTypes }] of types) if (capacityTypes.size === 0) types.delete(name);
  return types;
}

function take({ name, labels, value }: Sample, told: Told): void {
  if (name === CPU) told.cpu = value;
  else if (name === MEMORY) told.memoryBytes = value;
  else {
    const capacityType = labels.get('capacity_type') ?? '';
    if (name === AVAILABLE) told.capacityTypes.add(capacityType);
    if (value > 0 && (name === AVAILABLE || capacityType === 'spot'))
      told.zones.add(labels.get('zone') ?? '');
  }
}

function measured({ cpu, memoryBytes }: Told): TypeLabels {
  return {
    ...(cpu === undefined ? {} : { [CPU_KEY]: String(cpu) }),
    // Karpenter sets it from EC2's MiB, so that it divides.
    ...(memoryBytes === undefined ? {} : { [MEMORY_KEY]: String(Math.round(memoryBytes / 2 ** 20)) }),
  };
}

/** What all types of a family have in common: any of them will do. */
function familyLabels(catalog: Catalog): Map<string, TypeLabels> {
  const families = new Map<string, TypeLabels>();
  for (const place of catalog.types.keys()) {
    const family = labelOf(catalog, place, FAMILY_KEY) ?? '';
    if (!families.has(family)) families.set(family, labelsOf(catalog, place));
  }
  return families;
}

/** A type that is newer than what is known: the architecture decides whether most NodePools match it at all. */
function labelsLikeFamily(name: string, families: ReadonlyMap<string, TypeLabels>): TypeLabels {
  const own = labelsOfName(name);
  const family = families.get(own[FAMILY_KEY] ?? '');
  const graviton = /^[a-z]+(?:-[0-9]+tb)?[0-9]+[a-z]*g/.test(name);
  const manufacturer = family?.[CPU_MANUFACTURER_KEY];
  return {
    ...own,
    [ARCH_KEY]: family?.[ARCH_KEY] ?? (graviton ? 'arm64' : 'amd64'),
    ...(manufacturer === undefined ? {} : { [CPU_MANUFACTURER_KEY]: manufacturer }),
  };
}

function zoneIdsOf(types: ReadonlyMap<string, Told>, zones: readonly NamedZone[]): ZonesOfTypes {
  const idOf = new Map(zones.map(({ id, name }) => [name, id]));
  const named = new Set([...types.values()].flatMap((told) => [...told.zones]));
  const unknown = [...named].filter((name) => !idOf.has(name)).sort();
  if (unknown.length > 0) {
    throw new CatalogUnreadableError(
      `the metrics name zones whose IDs nothing tells: ${unknown.join(', ')}; give --zone-map ID=${unknown[0]} for each`,
    );
  }
  return new Map(
    [...types].map(([type, told]) => [type, new Set([...told.zones].map((name) => idOf.get(name) ?? ''))]),
  );
}
