import { type Catalog, labelOf } from '../../catalog/catalog.ts';
import {
  ACCELERATOR_COUNT_KEY,
  ARCH_KEY,
  CATEGORY_KEY,
  CPU_KEY,
  FAMILY_KEY,
  GENERATION_KEY,
  GPU_COUNT_KEY,
  MEMORY_KEY,
  SIZE_KEY,
} from '../../requirements/labels.ts';

/** What makes one type a stand-in for another. */
export interface TypeTraits {
  readonly name: string;
  readonly cpu: number;
  /** Powers of two: half as much is as far as twice as much. */
  readonly cpuLog: number;
  readonly memoryLog: number;
  readonly generation: number;
  readonly category: string;
  readonly family: string;
  readonly arch: string;
  /** What it has that is neither plain nor cheap: `gpu`, `accelerator`, `metal`, or nothing. */
  readonly special: string;
  /** Letters behind the generation besides that of the processor's maker: none in m6i and m7a, one in m6id. */
  readonly extras: number;
}

/** Traits are of a catalogue, and a catalogue is held for hours. */
const known = new WeakMap<Catalog, readonly TypeTraits[]>();

/** The traits of every type, by its place. */
export function traitsOf(catalog: Catalog): readonly TypeTraits[] {
  const cached = known.get(catalog);
  if (cached !== undefined) return cached;
  const traits = catalog.types.map((name, type) => traitsOfType(catalog, name, type));
  known.set(catalog, traits);
  return traits;
}

function traitsOfType(catalog: Catalog, name: string, type: number): TypeTraits {
  const label = (key: string) => labelOf(catalog, type, key) ?? '';
  const family = label(FAMILY_KEY);
  return {
    name,
    cpu: Number(label(CPU_KEY)),
    cpuLog: Math.log2(Number(label(CPU_KEY)) || 1),
    memoryLog: Math.log2(Number(label(MEMORY_KEY)) || 1),
    generation: Number(label(GENERATION_KEY)),
    category: label(CATEGORY_KEY),
    family,
    arch: label(ARCH_KEY),
    special: specialOf(label(SIZE_KEY), label(GPU_COUNT_KEY), label(ACCELERATOR_COUNT_KEY)),
    extras: extraLetters(family),
  };
}

function specialOf(size: string, gpus: string, accelerators: string): string {
  if (gpus !== '') return 'gpu';
  if (accelerators !== '') return 'accelerator';
  return size.startsWith('metal') ? 'metal' : '';
}

/** `a`, `g` and `i` behind the generation name who made the processor; all else is equipment that costs. */
function extraLetters(family: string): number {
  const behind = /^[a-z-]+\d+(.*)$/.exec(family)?.[1] ?? '';
  return behind.replace(/^[agi]/, '').length;
}

/** An older one is as good as one that is three generations away: m5.large is told m6i and m7i before m5a. */
const CURRENT_GENERATION = 6;
const GENERAL: readonly string[] = ['c', 'm', 'r'];

/**
 * How far a type is from those that are there, the nearest of them counting: general purpose, cpu, memory, category,
 * equipment and age, in this order of weight. Somebody who asks for m5.large is told m6i.large, and not p5.48xlarge.
 */
export function distance(candidate: TypeTraits, base: readonly TypeTraits[]): number {
  const { category, extras, generation } = candidate;
  const special = GENERAL.includes(category) ? 0 : 10_000;
  if (base.length === 0) return special + 10 * extras - generation;
  let nearest = Number.POSITIVE_INFINITY;
  for (const one of base) nearest = Math.min(nearest, distanceFrom(candidate, one, special));
  return nearest;
}

function distanceFrom(candidate: TypeTraits, base: TypeTraits, special: number): number {
  const alike = candidate.category === base.category;
  const age = Math.abs(candidate.generation - base.generation);
  return (
    (alike ? 0 : 50 + special) +
    1_000 * Math.abs(candidate.cpuLog - base.cpuLog) +
    100 * Math.abs(candidate.memoryLog - base.memoryLog) +
    10 * Math.max(0, candidate.extras - base.extras) +
    age +
    (candidate.generation < CURRENT_GENERATION ? 3 : 0)
  );
}
