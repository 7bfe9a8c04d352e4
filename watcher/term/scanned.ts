import type { ScannedPool } from '../../shared/policy/stored/scan-pool.ts';
import { type Listenable, Listeners } from '../../shared/stores/listenable.ts';

/** What the last scan of this term said of each NodePool: the scan writes it, reports are made of it. */
export class Scanned implements Listenable {
  readonly #listeners = new Listeners();
  /** `undefined` before the first scan. */
  pools: readonly ScannedPool[] | undefined;

  listen(changed: () => void): () => void {
    return this.#listeners.listen(changed);
  }

  set(pools: readonly ScannedPool[]): void {
    this.pools = pools;
    this.#listeners.tell();
  }
}
