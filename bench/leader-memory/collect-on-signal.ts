/**
 * A flag of Node for the watcher that is measured: SIGUSR2 collects all garbage, so that what is alive can be told
 * from what is only not collected yet. Twice, since what finalisers free goes with the second time.
 *
 * Plain JavaScript and no file of TypeScript, for which the process would load the compiler, 12 MiB.
 */
export const COLLECT_ON_SIGNAL = `--import=data:text/javascript,${encodeURIComponent(`
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => { collect(); collect(); });
`)}`;
