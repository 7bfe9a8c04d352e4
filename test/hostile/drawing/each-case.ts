import { messageOf } from '../../../shared/errors/zonewarden-error.ts';
import { Draw, recorded, seeded } from './draw.ts';
import { shrunk } from './shrink.ts';

/** What is drawn, what is asked of it, and how it is shown. */
export interface Property<T> {
  readonly draw: (draw: Draw) => T;
  /** Throws where something does not hold. */
  readonly check: (value: T) => void;
  /** A value in a message. */
  readonly show: (value: T) => string;
}

/** Which of the cases that a seed has: `count` of them, beginning with the one at `first`. */
export interface Cases {
  readonly seed: number;
  readonly first?: number;
  readonly count: number;
}

/**
 * Draws cases and checks each. One that fails is made smaller, and thrown with its seed and index: `ZONEWARDEN_SEED=14
 * ZONEWARDEN_FIRST=1234` draws it again.
 */
export function eachCase<T>(property: Property<T>, { seed, first = 0, count }: Cases): void {
  for (let index = first; index < first + count; index += 1) {
    const draw = new Draw(seeded(seed, index));
    try {
      property.check(property.draw(draw));
    } catch (error) {
      throw counterexample(property, draw.answers, error, { seed, index });
    }
  }
}

/** An error that says which case failed, the smallest one that was found, and why that fails. */
export function counterexample<T>(
  { draw, check, show }: Property<T>,
  answers: readonly number[],
  error: unknown,
  { seed, index }: { readonly seed: number; readonly index: number },
): Error {
  const drawn = (from: readonly number[]) => draw(new Draw(recorded(from)));
  let why: unknown = error;
  const smallest = shrunk(answers, (candidate) => {
    try {
      check(drawn(candidate));
      return false;
    } catch (found) {
      why = found;
      return true;
    }
  });
  const words = [
    `case ${index} of seed ${seed} (ZONEWARDEN_SEED=${seed} ZONEWARDEN_FIRST=${index}): ${messageOf(error)}`,
    `smaller, it fails with: ${messageOf(why)}`,
    show(drawn(smallest)),
  ];
  return new Error(words.join('\n'), { cause: error });
}
