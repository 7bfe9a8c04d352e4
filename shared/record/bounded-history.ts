import { cut } from './bounded-text.ts';
import { transitionAsText } from './record-schema.ts';
import type { Transition } from './zone-record.ts';

/** The last shifts of every zone of a Region. */
export const MOST_TRANSITIONS = 64;
/** UTF-8 bytes of the annotation. All annotations of an object share 256 KiB, and what ended may take 128 of them. */
export const HISTORY_BYTES = 16 * 1024;
/** What stands in the annotation around the transitions. */
const ENVELOPE_BYTES = 64;
/** Six sources fit. A zone has one or two. */
const BECAUSE_BYTES = 240;
/** AWS has names of up to 30 characters. Who edits the record by hand may write longer ones. */
const NAME_BYTES = 80;

/** The newest transitions that fit, with texts cut to their bounds. Bounding twice changes nothing more. */
export function boundedHistory(transitions: readonly Transition[]): Transition[] {
  const kept = transitions.slice(-MOST_TRANSITIONS).map(withBoundedTexts);
  let bytes = ENVELOPE_BYTES;
  let first = kept.length;
  for (const transition of kept.toReversed()) {
    bytes += Buffer.byteLength(JSON.stringify(transitionAsText(transition))) + 1;
    if (bytes > HISTORY_BYTES) break;
    first -= 1;
  }
  return kept.slice(first);
}

function withBoundedTexts(transition: Transition): Transition {
  const { name } = transition;
  return {
    ...transition,
    ...(name === undefined ? {} : { name: cut(name, NAME_BYTES) }),
    because: cut(transition.because, BECAUSE_BYTES),
  };
}
