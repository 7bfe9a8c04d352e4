import { cpus } from 'node:os';
import { freePorts } from '../../test/control-plane/free-ports.ts';
import { install } from '../../test/installation/installation.ts';
import { type ProductProcess, startProductProcess } from '../../test/installation/product-process.ts';
import { until } from '../../test/installation/until.ts';
import { type Spread, spread } from '../statistics.ts';

/** The target: from the start of the process until it is ready. */
export const READY_MS = 3000;

export interface StartResult {
  readonly machine: string;
  readonly built: boolean;
  readonly runs: number;
  /** Milliseconds from the start of the process to the first 200 of `/readyz`. */
  readonly webhook: Spread;
  readonly watcher: Spread;
  /** To the first answer of a process that loads nothing. */
  readonly bare: Spread;
}

interface Started {
  readonly process: ProductProcess;
  readonly url: string;
}

/**
 * Starts the webhook, the watcher and a bare process in turn, each as a fresh process every time, in a cluster where the
 * product is installed and has run before, as after a restart of its pods.
 *
 * @param options.built true: bundles, as in the image; false: the sources
 */
export async function benchStart(options: {
  readonly runs: number;
  readonly built: boolean;
  onRun(run: number, which: string, ms: number): void;
}): Promise<StartResult> {
  const { runs, built } = options;
  const installation = await install({ sources: !built });
  const [port = 0] = await freePorts(1);
  const bare = await startProductProcess({
    name: 'bare',
    program: 'bench/start/bare-process.ts',
    args: [String(port)],
    dir: installation.dir,
    detached: false,
    isUp: (line) => line.listening === true,
  });
  const all: Readonly<Record<'webhook' | 'watcher' | 'bare', Started>> = {
    webhook: { process: installation.webhook, url: `${installation.webhookOpsUrl}/readyz` },
    watcher: { process: installation.watcher, url: `${installation.watcherOpsUrl}/readyz` },
    bare: { process: bare, url: `http://127.0.0.1:${port}/` },
  };
  const times = { webhook: [] as number[], watcher: [] as number[], bare: [] as number[] };
  try {
    for (let run = 1; run <= runs; run += 1) {
      for (const which of ['webhook', 'watcher', 'bare'] as const) {
        const ms = await timeToReady(all[which]);
        times[which].push(ms);
        options.onRun(run, which, ms);
      }
    }
  } finally {
    await bare.stop();
    await installation.stop();
  }
  return {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    built,
    runs,
    webhook: spread(times.webhook),
    watcher: spread(times.watcher),
    bare: spread(times.bare),
  };
}

async function timeToReady({ process, url }: Started): Promise<number> {
  await process.stop();
  const startedAt = performance.now();
  const started = process.start();
  await until('it is ready', async () => {
    const response = await fetch(url);
    await response.text();
    return response.status === 200;
  });
  const ms = performance.now() - startedAt;
  await started;
  return ms;
}

/** The result for people. */
export function describeStart({ machine, built, runs, ...result }: StartResult): string {
  const row = (name: string, { min, median, max }: Spread) =>
    `${name.padEnd(22)}${[min, median, max].map((ms) => ms.toFixed(0).padStart(8)).join('')}`;
  const slowest = Math.max(result.webhook.max, result.watcher.max);
  return [
    machine,
    `${runs} starts of each, in turn, ${built ? 'bundled, as in the image' : 'from the sources'}`,
    'ms from the start of the process until it is ready',
    '',
    `${''.padEnd(22)}${['min', 'median', 'max'].map((word) => word.padStart(8)).join('')}`,
    row('webhook', result.webhook),
    row('watcher', result.watcher),
    row('a bare Node process', result.bare),
    '',
    `every start under ${READY_MS} ms: ${slowest < READY_MS ? 'met' : 'not met'} (${slowest.toFixed(0)} ms)`,
  ].join('\n');
}
