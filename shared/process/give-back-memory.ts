import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

let collect: Collect | undefined;

/**
 * Collects all garbage, and gives what is free back to the system; V8 keeps it otherwise, for a process that may need it
 * again. Of 144 MiB resident with 40 alive, 90 were left after it, and still 144 after an ordinary full collection (Node
 * 24.21). Nothing else runs meanwhile: 0.1 s for 50 MiB that are alive.
 */
export function giveBackMemory(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
