import { z } from 'zod';
import { boundsProblem } from '../json/json-bounds.ts';
import type { ZoneState } from '../record/orders.ts';
import type { Requirement } from '../requirements/requirement.ts';
import { MARK_ANNOTATION } from '../views/object-bounds.ts';
import { type ChangedBudgets, changedBudgetsSchema } from './changed-budgets.ts';
import {
  type ChangedRequirement,
  changedRequirementSchema,
  markedRequirementSchema,
} from './changed-requirement.ts';
import { unsealed } from './mark-seal.ts';

/** The one mark that we leave on a NodePool, apart from what it explains. */
export const DECLARED_ANNOTATION = MARK_ANNOTATION;

/** A zone that the stored object was made for. */
export interface MarkedZone {
  readonly id: string;
  readonly name?: string;
  readonly state: ZoneState;
}

/**
 * What the owner declared where we stored something else, so that it can be given back exactly, and which
 * impaired set the object was made from. There is no time in it: it is constant while the set is constant,
 * so that repeated writes of the same thing are no writes.
 */
export interface Declared {
  readonly generation: number;
  readonly zones: readonly MarkedZone[];
  /** IDs of those for which it need not be frozen; absent where there are none. */
  readonly thawed?: readonly string[];
  readonly changed: readonly ChangedRequirement[];
  readonly added: readonly Requirement[];
  readonly budgets?: ChangedBudgets;
}

/** More zones than any Region has, and as many requirements as the CRD takes. What names more is not ours. */
const MOST_ZONES = 100;
const MOST_REQUIREMENTS = 100;

const declaredSchema = z.object({
  generation: z.int().nonnegative(),
  zones: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().exactOptional(),
        state: z.enum(['impaired', 'recovering']),
      }),
    )
    .max(MOST_ZONES),
  thawed: z.array(z.string()).max(MOST_ZONES).exactOptional(),
  changed: z.array(changedRequirementSchema).max(MOST_REQUIREMENTS).default([]),
  added: z.array(markedRequirementSchema).max(MOST_REQUIREMENTS).default([]),
  budgets: changedBudgetsSchema.exactOptional(),
});

/** The annotation's value: compact JSON, empty parts left out. Equal content gives equal text. */
export function encodeDeclared(declared: Declared): string {
  return JSON.stringify({
    generation: declared.generation,
    zones: declared.zones.map(orderedZone),
    thawed: declared.thawed,
    changed: declared.changed.length > 0 ? declared.changed : undefined,
    added: declared.added.length > 0 ? declared.added : undefined,
    budgets: declared.budgets,
  });
}

/**
 * How a zone stands in the annotation's text. The policy fallback can't read JSON; it looks for this, and for the
 * generation at the beginning.
 */
export function markOfZone(zone: MarkedZone): string {
  return JSON.stringify(orderedZone(zone));
}

function orderedZone({ id, name, state }: MarkedZone): object {
  return { id, name, state };
}

/**
 * Texts that were read lately, without their seals: a NodePool's annotation stays the same for as long as the impaired set
 * does, and those of many NodePools differ in the seal alone.
 */
const lately = new Map<string, Declared | undefined>();
const MOST_REMEMBERED = 512;
const LONGEST_REMEMBERED = 16_384;

/** The API server stores no annotations that are longer together (TotalAnnotationSizeLimitB). */
export const LONGEST_ANNOTATIONS = 256 * 1024;

/** Reads the annotation; `undefined` for one that is absent or that we did not write like this. */
export function decodeDeclared(text: string | undefined): Declared | undefined {
  if (text === undefined || text.length > LONGEST_ANNOTATIONS) return undefined;
  const content = unsealed(text);
  if (lately.has(content)) return lately.get(content);
  const declared = read(content);
  if (content.length <= LONGEST_REMEMBERED) {
    if (lately.size >= MOST_REMEMBERED) lately.clear();
    lately.set(content, declared);
  }
  return declared;
}

function read(text: string): Declared | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Whoever wrote something that deep means harm: comparing it would overflow the stack.
    if (boundsProblem(value) !== undefined) return undefined;
    const parsed = declaredSchema.safeParse(value);
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
