import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../../test/control-plane/free-ports.ts';
import type { Installation } from '../../test/installation/installation.ts';
import { type ProductProcess, startProductProcess } from '../../test/installation/product-process.ts';
import { programPath, programsIn } from '../../test/installation/programs.ts';
import { AWS_ENV } from '../../test/installation/queue.ts';
import { type Scraped, scrape } from '../../test/installation/scrape.ts';
import { until } from '../../test/installation/until.ts';
import { COLLECT_ON_SIGNAL } from './collect-on-signal.ts';

/** Objects by the thousand take their time on a machine that does other things too. */
const LIMIT_MS = 300_000;
/** A collection of some hundred MiB takes a fraction of that. */
const COLLECTED_MS = 2000;

/** One watcher that is started for one run, with flags of Node. */
export interface MeasuredWatcher {
  readonly process: ProductProcess;
  /** Resolves when the metrics are as wanted. @throws when the process has ended, as one does whose heap is full */
  untilMetrics(what: string, are: (scraped: Scraped) => boolean): Promise<void>;
  /** Objects that are alive: the heap after a full collection, and what belongs to it outside; MiB. */
  liveMib(): Promise<number>;
}

/** Bundled as the image has it, with the rights of the product, and with the queue. */
export async function startMeasuredWatcher(
  installation: Installation,
  name: string,
  flags: readonly string[],
): Promise<MeasuredWatcher> {
  const { controlPlane, dir, queue } = installation;
  const [opsPort] = await freePorts(1);
  const process = await startProductProcess({
    name,
    program: programPath('watcher', await programsIn(`${dir}/programs`)),
    args: [
      ...['--kubeconfig', await controlPlane.serviceAccountKubeconfig('zonewarden', 'zonewarden')],
      ...['--host', '127.0.0.1', '--ops-port', String(opsPort), '--identity', name],
      ...['--queue-url', queue.url, '--sqs-endpoint', queue.endpoint, '--arc', 'off', '--drain-ms', '0'],
    ],
    dir,
    detached: false,
    env: { ...AWS_ENV, NODE_OPTIONS: [...flags, COLLECT_ON_SIGNAL].join(' ') },
    isUp: (line) => line.message === 'watching',
  });
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  return {
    process,
    async liveMib() {
      globalThis.process.kill(process.pid, 'SIGUSR2');
      await wait(COLLECTED_MS);
      const scraped = await scrape(opsUrl);
      const bytes = ['nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'];
      return bytes.map((name) => scraped.sum(name)).reduce((sum, value) => sum + value, 0) / 2 ** 20;
    },
    async untilMetrics(what, are) {
      const { value } = await until(
        what,
        async () => {
          if (!process.isRunning()) return 'ended';
          return are(await scrape(opsUrl)) && 'so';
        },
        LIMIT_MS,
      );
      if (value === 'ended') throw new Error(`the watcher ended before ${what}: ${process.logFile}`);
    },
  };
}
