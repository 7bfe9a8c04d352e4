import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CAPACITY_BITS, type Catalog, labelOf } from '../../shared/catalog/catalog.ts';
import { CAPACITY_TYPE_KEY, INSTANCE_KEYS, NETWORK_BANDWIDTH_KEY } from '../../shared/requirements/labels.ts';
import type { KarpenterLabels } from './labels-oracle.ts';

/** All that is compared of one type: a label without a value is absent. */
export type ComparedLabels = ReadonlyMap<string, string | undefined>;

/** What is compared: every label of the catalogue, and the capacity types. */
export const COMPARED_KEYS: readonly string[] = [...INSTANCE_KEYS, CAPACITY_TYPE_KEY];

/** What a catalogue says of each type. */
export function labelsInCatalog(catalog: Catalog): ReadonlyMap<string, ComparedLabels> {
  return new Map(
    catalog.types.map((type, place) => {
      const bits = catalog.capacityTypes[place] ?? 0;
      const capacityTypes = Object.entries(CAPACITY_BITS).filter(([, bit]) => (bits & bit) !== 0);
      const labels = INSTANCE_KEYS.map((key) => [key, labelOf(catalog, place, key)] as const);
      return [type, new Map([...labels, [CAPACITY_TYPE_KEY, sorted(capacityTypes.map(([name]) => name))]])];
    }),
  );
}

/** The same of Karpenter's answer. */
export function labelsInKarpenter(answer: KarpenterLabels): ReadonlyMap<string, ComparedLabels> {
  return new Map(
    Object.entries(answer).map(([type, labels]) => [
      type,
      new Map(COMPARED_KEYS.map((key) => [key, sorted(labels[key] ?? undefined)])),
    ]),
  );
}

const sorted = (values: readonly string[] | undefined) => values && [...values].sort().join();

/**
 * One digest for each family, of all labels of all of its types but the network bandwidth, which Karpenter has from a
 * table of its own. Equal digests mean equal labels; where they differ, the family says where to look.
 */
export function familyDigests(types: ReadonlyMap<string, ComparedLabels>): Record<string, string> {
  const families = new Map<string, string[]>();
  for (const [type, labels] of types) {
    const compared = COMPARED_KEYS.filter((key) => key !== NETWORK_BANDWIDTH_KEY);
    const line = JSON.stringify([type, ...compared.map((key) => labels.get(key) ?? null)]);
    const [family = ''] = type.split('.');
    families.set(family, [...(families.get(family) ?? []), line]);
  }
  const digests = [...families].sort().map(([family, lines]) => {
    const hash = createHash('sha256').update(lines.sort().join('\n')).digest('hex');
    return [family, hash.slice(0, 16)] as const;
  });
  return Object.fromEntries(digests);
}

const goldenSchema = z.object({
  karpenter: z.string(),
  moto: z.string(),
  families: z.record(z.string(), z.string()),
  /** Types with another network bandwidth in Karpenter's table than in the catalogue; `null`: it has none. */
  networkBandwidth: z.record(z.string(), z.string().nullable()),
});
export type Golden = z.output<typeof goldenSchema>;

export const GOLDEN_FILE = join(import.meta.dirname, 'karpenter-labels.json');

/** What Karpenter said of the bundled types when `npm run test:karpenter-labels -- --write` was last run. */
export function readGolden(): Golden {
  return goldenSchema.parse(JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')));
}
