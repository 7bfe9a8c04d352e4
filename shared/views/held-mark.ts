import { z } from 'zod';
import { HOLDING_ANNOTATIONS, type HoldingAnnotation } from './holding-annotations.ts';

/** Marks a Node that we hold: for which zone, and what stood under each annotation that we set. */
export const HELD_ANNOTATION = 'zonewarden.io/held';

export interface HeldMark {
  readonly zoneId: string;
  /** `null`: nothing stood there. An annotation that is not named is not ours. */
  readonly before: Readonly<Partial<Record<HoldingAnnotation, string | null>>>;
}

const former = z.string().nullable().exactOptional();
const markSchema = z.object({
  zoneId: z.string(),
  before: z.object({ [HOLDING_ANNOTATIONS[0]]: former, [HOLDING_ANNOTATIONS[1]]: former }),
});

/** The API server stores no annotations that are longer together; a mark of ours is far shorter. */
const LONGEST = 4096;

/** The annotation's text. */
export function encodeHeld({ zoneId, before }: HeldMark): string {
  return JSON.stringify({ zoneId, before });
}

/** Reads it; `undefined` for none, and for one that is not as we write it: then what stands on the Node is somebody's. */
export function decodeHeld(text: string | undefined): HeldMark | undefined {
  if (text === undefined || text.length > LONGEST) return undefined;
  try {
    return markSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
