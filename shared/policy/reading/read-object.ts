import type { z } from 'zod';

/** Reads by a schema that takes an empty object; what is no object at all counts as one with nothing in it. */
export function readObject<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  return read.success ? read.data : schema.parse({});
}
