/**
 * Where a generator takes its chances from: each question is answered by a whole number. The answers are kept, and whoever
 * answers with the same ones gets the same value again; with smaller or fewer ones, a smaller value. So every question has
 * its simplest answer at 0, and a list of answers is all that is needed to make a counterexample small (`shrink.ts`).
 *
 * A fast-check arbitrary of these reviews takes 4 ms for each; this takes a tenth of that, and a million is a matter of
 * minutes.
 */
export class Draw {
  /** What was answered so far, in order. */
  readonly answers: number[] = [];
  /**
   * Whether this one may become as large as what can be sent: one of many, because each of those takes as long as a
   * thousand others, and the others find what depends on how things stand together.
   */
  readonly isLarge: boolean;
  readonly #answer: Answers;

  constructor(answer: Answers) {
    this.#answer = answer;
    this.isLarge = this.oneIn(LARGE_ONE_IN);
  }

  /** A whole number from 0 up to, and without, `count`. */
  below(count: number): number {
    const answer = this.#answer(count);
    this.answers.push(answer);
    return answer;
  }

  within(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  /** One of them; the first is the simplest. */
  of<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined && choices.length === 0) throw new Error('there is nothing to choose from');
    return chosen as T;
  }

  /** What one of the makers makes, each as often as its weight says. */
  weighted<T>(makers: readonly (readonly [weight: number, make: (draw: Draw) => T])[]): T {
    let left = this.below(makers.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, make] of makers) {
      if (left < weight) return make(this);
      left -= weight;
    }
    throw new Error('weights are whole numbers');
  }

  list<T>(most: number, make: (draw: Draw) => T): T[] {
    return Array.from({ length: this.below(most + 1) }, () => make(this));
  }

  /**
   * How many there are of something, at least 1: each order of magnitude as often as any other, and now and then as many as
   * there can be. Where this one is not a large one, a few hundred at the most.
   */
  count(most: number): number {
    const bound = this.isLarge ? most : Math.min(most, FEW);
    const orders = Math.ceil(Math.log2(bound + 1));
    const order = this.below(orders + 1);
    if (order === orders) return bound;
    return Math.min(bound, 1 + this.below(2 ** (order + 1)));
  }
}

/** Answers a question: a whole number from 0 up to, and without, `count`. */
export type Answers = (count: number) => number;

const LARGE_ONE_IN = 60;
const FEW = 300;

/** Answers that were given before; what was not asked then is answered with 0. */
export function recorded(answers: readonly number[]): Answers {
  let at = 0;
  return (count) => {
    const answer = answers[at] ?? 0;
    at += 1;
    return Math.min(answer, count - 1);
  };
}

/**
 * Answers by chance, the same ones for the same seed and index (sfc32, Chris Doty-Humphrey's PractRand). Each case has
 * a seed of its own, so that one of a million is drawn again without the others.
 */
export function seeded(seed: number, index: number): Answers {
  let [a, b, c, counter] = [seed | 0, index | 0, (index / 2 ** 32) | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Seeds that differ in one bit give answers that have nothing to do with each other only after some turns.
  for (let turn = 0; turn < 12; turn += 1) next();
  return (count) => Math.floor((next() / 2 ** 32) * count);
}
