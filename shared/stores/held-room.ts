/** What a text and a member of an object take besides their characters, about. */
const TEXT_BYTES = 24;
const MEMBER_BYTES = 16;

/**
 * How much memory the views of a kind take together. Each object has its bounds, and nobody counts how many are written: a
 * hundred NodePools of 1 MB each ended every webhook at its start.
 */
export class HeldRoom {
  readonly #most: number;
  readonly #sizes = new Map<string, number>();
  #total = 0;

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** A view is held now, or another one. */
  take(key: string, view: unknown): void {
    this.free(key);
    if (this.#most === Number.POSITIVE_INFINITY) return;
    const size = bytesOf(view);
    this.#sizes.set(key, size);
    this.#total += size;
  }

  /** A view is held no more. */
  free(key: string): void {
    this.#total -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }

  /** Which view has to go: the largest, so that those of a usual size stay; `undefined` where there is room for all. */
  tooMuch(): string | undefined {
    if (this.#total <= this.#most) return undefined;
    let largest: string | undefined;
    let size = 0;
    for (const [key, one] of this.#sizes) if (one > size) [largest, size] = [key, one];
    return largest;
  }
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length + TEXT_BYTES;
  if (typeof value !== 'object' || value === null) return 0;
  let size = TEXT_BYTES;
  for (const child of Object.values(value)) size += MEMBER_BYTES + bytesOf(child);
  return size;
}
