import { giveBackMemory } from '../../shared/process/give-back-memory.ts';
import type { Controller } from '../term/controller.ts';

/** What whole lists and a shift leave behind is garbage within seconds. */
const TICK_MS = 15_000;
/** Once the process has grown by that much, there is something to give back. */
const GROWTH = 1.15;
/** A collection of more than that would hold up Leases and probes. */
const MOST_ALIVE_BYTES = 150 * 2 ** 20;

/** What a process takes, in bytes. */
export interface Memory {
  usage(): { readonly rss: number; readonly heapUsed: number };
  giveBack(): void;
}

const OWN: Memory = { usage: () => process.memoryUsage(), giveBack: giveBackMemory };

/**
 * Gives back the memory that reading whole lists took: a leader holds a quarter of what it has read, and would keep the
 * rest resident in each cluster for as long as it leads.
 */
export function createGiveBack(memory: Memory = OWN): Controller {
  let isBegun = false;
  let leftBytes = 0;
  return {
    name: 'give-back',
    rank: 'background',
    wokenBy: [],
    async reconcile() {
      const { rss, heapUsed } = memory.usage();
      // When a term begins, lists are still being read.
      if (isBegun && rss > leftBytes * GROWTH && heapUsed <= MOST_ALIVE_BYTES) {
        memory.giveBack();
        leftBytes = memory.usage().rss;
      }
      isBegun = true;
      return { againInMs: TICK_MS };
    },
  };
}
