import { z } from 'zod';

/** One observed row of the table of writers, as test/cluster/writers/expected.yaml keeps it. */

/**
 * What a write did to the stored object. `owner only`: nothing but managedFields. `not sent`: the tool looked first,
 * and saw nothing to do.
 */
const effect = z.enum(['write', 'owner only', 'no write', 'not sent']);
const effectOrRefusal = z.union([effect, z.templateLiteral(['refused: ', z.string()])]);
const stored = z.strictObject({
  /** Requirements on zones, in words. */
  zones: z.string(),
  /** `nodes` of each budget, with its reasons if it has some. */
  budgets: z.string(),
});

export const rowSchema = z.strictObject({
  does: z.string(),
  meanwhile: stored.extend({
    write: effectOrRefusal,
    again: effect.optional(),
    /** Whether the server-side dry run said what was then stored. */
    dryRun: z.enum(['equal', 'differs']).optional(),
    diff: z.enum(['clean', 'not clean']).optional(),
  }),
  /** Who owns the two lists: before the shift, during it and in the end; once where it stays the same. */
  owners: z.strictObject({ requirements: z.string(), budgets: z.string() }),
  after: stored.extend({ asMeant: z.boolean() }),
  /** After the tool's next turn, where it has one. */
  next: stored.extend({ write: effectOrRefusal, asMeant: z.boolean() }).optional(),
  whatToDo: z.string().optional(),
});
export type Row = z.infer<typeof rowSchema>;
export type Stored = z.infer<typeof stored>;
export type Effect = z.infer<typeof effect>;
export type EffectOrRefusal = z.infer<typeof effectOrRefusal>;

/** The whole file: rows by writer, and by the name of their NodePool. */
export const tableSchema = z.record(z.string(), z.record(z.string(), rowSchema));
export type Table = z.infer<typeof tableSchema>;
