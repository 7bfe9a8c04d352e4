import type { AdmissionToken } from '../../../shared/keys/admission-tokens.ts';
import type { StoredMarkKey } from '../../../shared/keys/mark-key-ring.ts';
import type { FreshKeys } from '../../../shared/keys/tend-keys.ts';

/** Keys and tokens that can be told apart by their last three digits, one after the other. */
export class KeysInOrder implements FreshKeys {
  #next: number;

  constructor(first = 0) {
    this.#next = first;
  }

  markKey(madeMs: number): StoredMarkKey {
    const id = this.#digits(16);
    return { id, secret: Buffer.from(id.repeat(2)), madeMs };
  }

  token(madeMs: number): AdmissionToken {
    return { token: this.#digits(48), madeMs };
  }

  #digits(length: number): string {
    const digits = String(this.#next).padStart(length, '0');
    this.#next += 1;
    return digits;
  }
}
