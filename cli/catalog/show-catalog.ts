import { z } from 'zod';
import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import {
  ageDaysOf,
  CAPACITY_BITS,
  type Catalog,
  type CatalogCapacityType,
  describeCatalog,
  labelsOf,
} from '../../shared/catalog/catalog.ts';
import { distinctValues, type Matches } from '../../shared/catalog/matches.ts';
import { isLikeOneOf } from '../../shared/policy/core/like.ts';
import { FAMILY_KEY } from '../../shared/requirements/labels.ts';
import { type Output, visible } from '../output/output.ts';
import { readCatalogFile } from './catalog-file.ts';
import { CatalogUsageError } from './catalog-usage-error.ts';
import { zonesInWords } from './import-catalog.ts';

export const SHOW_FORMS = ['table', 'json'] as const;

export const showSchema = z.object({
  type: z.array(z.string()).default([]),
  output: z.enum(SHOW_FORMS),
});
export type ShowOptions = z.output<typeof showSchema>;

/**
 * `catalog show`: what a catalogue is and holds, and with `--type` what it says of those types.
 *
 * @throws CatalogUsageError, CatalogUnreadableError
 */
export function showCatalog(
  file: string | undefined,
  { type, output: form }: ShowOptions,
  { output, nowMs }: { readonly output: Output; readonly nowMs: number },
): void {
  const catalog = file === undefined ? bundledCatalog() : readCatalogFile(file);
  const shown = typesLike(catalog, type);
  if (type.length > 0 && shown.length === 0) {
    throw new CatalogUsageError(`the catalogue has no type like ${type.join(' or ')}`);
  }
  const about = aboutOf(catalog, nowMs);
  const types = shown.map((place) => typeOf(catalog, place));
  if (form === 'json') {
    output.say(JSON.stringify({ ...about, ...(type.length > 0 && { types }) }, undefined, 2));
    return;
  }
  output.say(visible(summary(catalog, about)));
  for (const each of types) output.say(`\n${block(each)}`);
}

function aboutOf(catalog: Catalog, nowMs: number) {
  const all: Matches = { catalog, types: [...catalog.types.keys()] };
  return {
    origin: catalog.origin,
    ageDays: ageDaysOf(catalog, nowMs),
    typeCount: catalog.types.length,
    familyCount: distinctValues(all, FAMILY_KEY).length,
    spotCount: all.types.filter((place) => capacityTypesOf(catalog, place).includes('spot')).length,
    zoneIds: catalog.offerings?.zoneIds ?? null,
  };
}

function summary(catalog: Catalog, { ageDays, familyCount, spotCount }: ReturnType<typeof aboutOf>): string {
  const from = catalog.origin.madeFrom === undefined ? '' : ` Made from ${catalog.origin.madeFrom}.`;
  const age = ageDays === 1 ? '1 day' : `${ageDays} days`;
  return `${describeCatalog(catalog)} (${age} old) of ${familyCount} families, ${spotCount.toLocaleString('en-US')} as Spot; ${zonesInWords(catalog)}.${from}`;
}

/** What a catalogue says of one type. */
function typeOf(catalog: Catalog, place: number) {
  const { offerings } = catalog;
  const set = offerings?.sets[offerings.setOf[place] ?? -1] ?? [];
  return {
    name: catalog.types[place] ?? '',
    capacityTypes: capacityTypesOf(catalog, place),
    zoneIds: offerings === undefined ? null : set.map((zone) => offerings.zoneIds[zone] ?? ''),
    labels: labelsOf(catalog, place),
  };
}

function block({ name, capacityTypes, zoneIds, labels }: ReturnType<typeof typeOf>): string {
  const rows = [
    ['capacity types', capacityTypes.join(', ')],
    ...(zoneIds === null ? [] : [['zones', zoneIds.join(', ')]]),
    ...Object.entries(labels),
  ];
  const width = Math.max(...rows.map(([key = '']) => key.length));
  const lines = rows.map(
    ([key = '', value = '']) => `  ${key.padEnd(width)}  ${value === '' ? '""' : value}`,
  );
  return [name, ...lines].map(visible).join('\n');
}

function capacityTypesOf(catalog: Catalog, place: number): CatalogCapacityType[] {
  const bits = catalog.capacityTypes[place] ?? 0;
  const names: readonly CatalogCapacityType[] = ['on-demand', 'spot'];
  return names.filter((name) => (bits & CAPACITY_BITS[name]) !== 0);
}

function typesLike({ types }: Catalog, patterns: readonly string[]): number[] {
  return patterns.length === 0
    ? []
    : [...types.keys()].filter((place) => isLikeOneOf(patterns, types[place] ?? ''));
}
