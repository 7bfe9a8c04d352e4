import type { ScannedPool } from '../../shared/policy/stored/scan-pool.ts';
import { Listeners } from '../../shared/stores/listenable.ts';

/** What the last scan of this term said of each NodePool: the scan writes it, reports are made of it. */
export class Scanned extends Listeners {
  /** `undefined` before the first scan. */
  pools: readonly ScannedPool[] | undefined;

  set(pools: readonly ScannedPool[]): void {
    this.pools = pools;
    this.tell();
  }
}
