/** A key that binds marks to the product: who does not have it cannot make one that is believed. */
export interface MarkKey {
  /** Stands in the mark, so that whoever reads it knows which key to ask. */
  readonly id: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** The keys that count now: `current` makes marks, and each of `all`, which has `current` too, is believed. */
export interface MarkKeys {
  readonly current: MarkKey;
  readonly all: readonly MarkKey[];
}

/** The key of this id; `undefined` for one that was never ours, or is no more. */
export function keyWithId(keys: MarkKeys, id: string): MarkKey | undefined {
  return keys.all.find((key) => key.id === id);
}
