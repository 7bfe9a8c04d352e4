/**
 * Makes a list of answers that fails smaller as long as it still fails: pieces are left out, and answers are replaced by
 * smaller ones. What it comes to is the smallest that was found in so many tries, and not the smallest that there is.
 *
 * @param fails whether what is drawn of these answers still fails
 */
export function shrunk(
  answers: readonly number[],
  fails: (answers: readonly number[]) => boolean,
  tries = 2000,
): readonly number[] {
  const search = new Search(answers, fails, tries);
  let before: readonly number[];
  do {
    before = search.smallest;
    search.leaveOut();
    search.lower();
  } while (search.smallest !== before && search.hasTries);
  return search.smallest;
}

/** Leaves out of a list what is not needed for it to fail, in ever smaller pieces. */
export function reduced<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => boolean,
  tries = 2000,
): readonly T[] {
  let left = tries;
  let smallest = items;
  for (let size = Math.ceil(items.length / 2); size >= 1 && left > 0; size = Math.floor(size / 2)) {
    for (let end = smallest.length; end > 0 && left > 0; end -= size) {
      const candidate = [...smallest.slice(0, Math.max(0, end - size)), ...smallest.slice(end)];
      left -= 1;
      if (candidate.length < smallest.length && fails(candidate)) smallest = candidate;
    }
  }
  return smallest;
}

class Search {
  smallest: readonly number[];
  readonly #fails: (answers: readonly number[]) => boolean;
  #tries: number;

  constructor(answers: readonly number[], fails: (answers: readonly number[]) => boolean, tries: number) {
    this.smallest = answers;
    this.#fails = fails;
    this.#tries = tries;
  }

  get hasTries(): boolean {
    return this.#tries > 0;
  }

  leaveOut(): void {
    this.smallest = reduced(this.smallest, (candidate) => this.#fit(candidate), this.#tries);
  }

  /** Each answer as 0, else halved until it does not fail any more, else one less. */
  lower(): void {
    for (let at = 0; at < this.smallest.length && this.hasTries; at += 1) {
      for (const lower of [() => 0, (answer: number) => answer >> 1, (answer: number) => answer - 1])
        while (this.hasTries && this.#takes(at, lower)) {
          // Once more with the smaller one.
        }
    }
  }

  #takes(at: number, lower: (answer: number) => number): boolean {
    const answer = this.smallest[at] ?? 0;
    const lowered = lower(answer);
    if (answer === 0 || lowered >= answer) return false;
    const candidate = this.smallest.with(at, lowered);
    if (!this.#fit(candidate)) return false;
    this.smallest = candidate;
    return true;
  }

  #fit(candidate: readonly number[]): boolean {
    this.#tries -= 1;
    return this.#fails(candidate);
  }
}
