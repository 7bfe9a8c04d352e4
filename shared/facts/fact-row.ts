import type { z } from 'zod';

/** How a fact is told. */
export interface FactWords<Fact> {
  /** What its log line has as `event`, where that is not the name of the fact; the first unless `eventOf` says which. */
  readonly events?: readonly [string, ...string[]];
  readonly eventOf?: (fact: Fact) => string;
  /** Of a line of the audit stream: what docs/schemas/audit-line.schema.json says of it. */
  readonly audit?: string;
  /**
   * Of what it is a state, and which: it is news only where the last one that was told of the same was another. Without it,
   * or where it answers `undefined`, the fact is a happening, and each one is news.
   */
  readonly state?: (fact: Fact) => readonly [of: string, is: unknown] | undefined;
  /** `undefined`: it is no log line. */
  readonly level: (fact: Fact) => FactLevel | undefined;
  readonly words: (fact: Fact) => string;
}

/**
 * What can be said of one thing: its shape, and its words. Whoever says it knows nothing of metrics, logs and Events;
 * those who listen do.
 */
export interface FactRow<Shape extends z.ZodRawShape = z.ZodRawShape>
  extends FactWords<Plain<z.output<z.ZodObject<Shape>>>> {
  /** Shape of the fact, and of its log line. */
  readonly shape: Shape;
}

export type FactLevel = 'debug' | 'info' | 'warn';

/** A value as it is told: nobody changes it, and members that a schema lets through unnamed are not asked for. */
export type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T as string extends Key ? never : Key]: Plain<T[Key]> }
    : T;

/** A row of the table of facts; here so that its functions know its shape. */
export function fact<Shape extends z.ZodRawShape>(row: FactRow<Shape>): FactRow<Shape> {
  return row;
}

/** No line for it: a metric tells it. */
export const UNLOGGED = { level: () => undefined, words: () => '' } as const;

/** The stable code of an error; what it says where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
