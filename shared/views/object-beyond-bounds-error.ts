import { z } from 'zod';
import { ZonewardenError } from '../errors/zonewarden-error.ts';
import { beyondBounds } from './object-bounds.ts';

/** A stored object that holds more than is looked at. */
export class ObjectBeyondBoundsError extends ZonewardenError {
  /** @param problem in words, with the field, the count and the bound */
  constructor(kind: string, name: string, problem: string) {
    super(
      'object.beyond-bounds',
      `${kind} ${name} is not looked at: ${problem}. Its zones are left as they are, and no policy judges it. Shorten it, or delete it.`,
    );
  }
}

/** @throws ObjectBeyondBoundsError for an object that holds more than is looked at */
export function assertWithinBounds(kind: string, object: unknown): void {
  const problem = beyondBounds(object);
  if (problem !== undefined) throw new ObjectBeyondBoundsError(kind, nameOf(object), problem);
}

const named = z.object({ metadata: z.object({ name: z.string() }) });

function nameOf(object: unknown): string {
  return named.safeParse(object).data?.metadata.name ?? 'without a name';
}
