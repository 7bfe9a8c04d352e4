import { type Catalog, labelOf } from '../catalog/catalog.ts';
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
} from '../requirements/labels.ts';

/** What makes one type a stand-in for another. */
export interface TypeTraits {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
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
    memory: Number(label(MEMORY_KEY)),
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
 * How far a type is from those that are there, smallest first: general purpose, cpu, memory, category, equipment, age.
 * Somebody who asks for m5.large is told m6i.large, and not p5.48xlarge.
 */
export function distance(candidate: TypeTraits, base: readonly TypeTraits[]): readonly number[] {
  const from = base.map((one) => distanceFrom(candidate, one));
  const nearest = from.reduce<readonly number[] | undefined>(
    (best, one) => (best === undefined || compareDistances(one, best) < 0 ? one : best),
    undefined,
  );
  return nearest ?? [GENERAL.includes(candidate.category) ? 0 : 1, candidate.extras, -candidate.generation];
}

function distanceFrom(candidate: TypeTraits, base: TypeTraits): readonly number[] {
  const alike = candidate.category === base.category;
  return [
    alike || GENERAL.includes(candidate.category) ? 0 : 1,
    ratio(candidate.cpu, base.cpu),
    ratio(candidate.memory, base.memory),
    alike ? 0 : 1,
    Math.max(0, candidate.extras - base.extras),
    Math.abs(candidate.generation - base.generation) + (candidate.generation < CURRENT_GENERATION ? 3 : 0),
  ];
}

/** By which power of two they differ. */
function ratio(left: number, right: number): number {
  return left === right ? 0 : Math.abs(Math.log2(left / right));
}

/** Orders two distances; the first number that differs decides. */
export function compareDistances(left: readonly number[], right: readonly number[]): number {
  for (const [place, value] of left.entries()) {
    const difference = value - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
