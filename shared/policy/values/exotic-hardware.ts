import { type Catalog, labelOf } from '../../catalog/catalog.ts';
import {
  ACCELERATOR_COUNT_KEY,
  ACCELERATOR_MANUFACTURER_KEY,
  ACCELERATOR_NAME_KEY,
  GPU_COUNT_KEY,
  GPU_MANUFACTURER_KEY,
  GPU_MEMORY_KEY,
  GPU_NAME_KEY,
  SIZE_KEY,
} from '../../requirements/labels.ts';

/** Labels that only exotic hardware has. */
export const EXOTIC_KEYS: readonly string[] = [
  GPU_COUNT_KEY,
  GPU_NAME_KEY,
  GPU_MANUFACTURER_KEY,
  GPU_MEMORY_KEY,
  ACCELERATOR_COUNT_KEY,
  ACCELERATOR_NAME_KEY,
  ACCELERATOR_MANUFACTURER_KEY,
];
/** Values of which most types are exotic, by label: the same for all objects that are judged by a catalogue. */
const exoticIn = new WeakMap<Catalog, Map<string, ReadonlySet<string>>>();

/**
 * The values of a label of which most types in the catalogue have GPUs or accelerators, or are bare metal: what Karpenter
 * calls exotic (ExoticInstanceTypeFilter in its AWS provider).
 */
export function exoticValues(catalog: Catalog, key: string): ReadonlySet<string> {
  const byKey = exoticIn.get(catalog) ?? new Map<string, ReadonlySet<string>>();
  exoticIn.set(catalog, byKey);
  const found = byKey.get(key) ?? mostlyExotic(catalog, key);
  byKey.set(key, found);
  return found;
}

/** Most and not all: what EC2's API says of a single type, it now and then leaves out (trn2u.48xlarge). */
function mostlyExotic(catalog: Catalog, key: string): ReadonlySet<string> {
  const balance = new Map<string, number>();
  for (const type of catalog.types.keys()) {
    const value = labelOf(catalog, type, key) ?? '';
    balance.set(value, (balance.get(value) ?? 0) + (isExotic(catalog, type) ? 1 : -1));
  }
  return new Set([...balance].flatMap(([value, sum]) => (sum > 0 ? [value] : [])));
}

function isExotic(catalog: Catalog, type: number): boolean {
  if (labelOf(catalog, type, SIZE_KEY)?.startsWith('metal') === true) return true;
  return [GPU_COUNT_KEY, ACCELERATOR_COUNT_KEY].some((count) => labelOf(catalog, type, count) !== undefined);
}
