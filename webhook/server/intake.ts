/** How much a webhook takes in at once, over all its connections. */
export interface IntakeLimits {
  /** Bytes of bodies that are being read or decided. */
  readonly bytes: number;
  /** The most of them that a body above `smallBody` may bring about: the rest is for small ones. */
  readonly bytesForLarge: number;
  readonly smallBody: number;
  /** Requests that are being read or decided. */
  readonly requests: number;
}

const MIB = 1024 * 1024;

/**
 * Room for three reviews of the largest size at once, and 4 MiB that they never take from all others: a NodePool has some
 * kilobytes. The memory of the container is enough for it (test/hostile/memory).
 *
 * An API server has 200 writes under way at most, of all kinds (`--max-mutating-requests-inflight`).
 */
const LIMITS: IntakeLimits = { bytes: 16 * MIB, bytesForLarge: 12 * MIB, smallBody: MIB / 4, requests: 512 };

/** One request that was let in. */
export interface Entry {
  /** Whether a body of that size has room now. It takes none: who announces a body may never send it. */
  hasRoomFor(bytes: number): boolean;
  /** Holds that many bytes from now on. False, and nothing is changed, where there is no room for them. */
  hold(bytes: number): boolean;
  /** Gives back all that it holds. */
  leave(): void;
}

/**
 * Counts what was taken in and is not answered yet. Whoever finds no room is sent away and may come again: it is counted
 * over all connections, so that memory does not grow with their number.
 */
export class Intake {
  readonly #limits: IntakeLimits;
  #bytes = 0;
  #requests = 0;

  constructor(limits: Partial<IntakeLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Lets a request in; `undefined` where too many are. */
  enter(): Entry | undefined {
    if (this.#requests >= this.#limits.requests) return undefined;
    this.#requests += 1;
    let held = 0;
    return {
      hasRoomFor: (bytes) => this.#hasRoomFor(bytes, held),
      hold: (bytes) => {
        if (!this.#hasRoomFor(bytes, held)) return false;
        this.#bytes += bytes - held;
        held = bytes;
        return true;
      },
      leave: () => {
        this.#requests -= 1;
        this.#bytes -= held;
      },
    };
  }

  #hasRoomFor(bytes: number, held: number): boolean {
    const { bytes: most, bytesForLarge, smallBody } = this.#limits;
    return this.#bytes - held + bytes <= (bytes > smallBody ? bytesForLarge : most);
  }
}
