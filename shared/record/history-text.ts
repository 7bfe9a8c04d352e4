import { z } from 'zod';
import { messageOf } from '../errors/zonewarden-error.ts';
import { boundedHistory, HISTORY_BYTES, MOST_TRANSITIONS } from './bounded-history.ts';
import { transitionAsText, transitionSchema } from './record-schema.ts';
import type { Transition, ZoneRecord } from './zone-record.ts';

/** Four times what we write: a later version may keep more. What is larger is not worth the time to read it. */
const MOST_READ_BYTES = 4 * HISTORY_BYTES;

/** The history as it stands in its annotation. `generation` is the record's, in the write that it comes from. */
export interface StoredHistory {
  readonly generation: number;
  readonly transitions: readonly Transition[];
}

export function storedHistory({ generation, history = [] }: ZoneRecord): StoredHistory {
  return { generation, transitions: boundedHistory(history) };
}

/** The history as JSON for its annotation, within `HISTORY_BYTES`; `undefined` where there is none. */
export function encodeHistory(record: ZoneRecord): string | undefined {
  const { generation, transitions } = storedHistory(record);
  if (transitions.length === 0) return undefined;
  return JSON.stringify({ generation, transitions: transitions.map(transitionAsText) });
}

export const historySchema: z.ZodType<StoredHistory> = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= MOST_READ_BYTES, `larger than ${MOST_READ_BYTES} bytes`)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      context.addIssue(messageOf(error));
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      generation: z.int().nonnegative(),
      // Older ones are not looked at: a schema takes its time for each value that is wrong.
      transitions: z
        .array(z.unknown())
        .transform((list) => list.slice(-MOST_TRANSITIONS))
        .pipe(z.array(transitionSchema))
        .refine(isInOrder, 'the numbers do not grow'),
    }),
  );

/**
 * The history for a record of this generation. Older versions keep the annotation as it is, and raise the generation when
 * they change what is enforced: where it is another one than the history's, the history is stale.
 */
export function historyFor(generation: number, stored: StoredHistory): readonly Transition[] {
  if (stored.generation === generation) return boundedHistory(stored.transitions);
  return boundedHistory(stored.transitions.map((transition) => ({ ...transition, stale: true })));
}

function isInOrder(transitions: readonly Transition[]): boolean {
  return transitions.every(({ n }, index) => n > (transitions[index - 1]?.n ?? 0));
}
