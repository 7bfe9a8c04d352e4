import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { autoshiftEvent } from '../../demo/events.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';
import { type Installation, install } from '../../test/installation/installation.ts';
import { inZones, nodeClaim } from '../../test/installation/node-pools.ts';
import { until } from '../../test/installation/until.ts';
import { nextSecond } from '../event-clock.ts';
import { type Spread, spread } from '../statistics.ts';
import { tailOf } from '../time-to-protect/log-tail.ts';

const ZONE = { id: 'use1-az1', name: 'us-east-1a' };
/** Between an answer and the next question. */
const GAP_MS = 5;
/** A run that takes longer has failed. */
const RUN_LIMIT_MS = 60_000;

/** One shift, in milliseconds from the write of the record. */
export interface PolicyRun {
  /** The watcher has written the policy. */
  readonly writtenMs: number;
  /** The first NodeClaim for the zone is refused. */
  readonly onMs: number;
  /** The first one is let through again. */
  readonly offMs: number;
}

export interface PolicyResult {
  readonly machine: string;
  readonly runs: readonly PolicyRun[];
  readonly writtenMs: Spread;
  readonly onMs: Spread;
  readonly offMs: Spread;
}

/**
 * Shifts a zone away and back with every webhook killed, and asks the API server all the while what it makes of a NodeClaim
 * for the zone: only the policy is left to refuse it.
 */
export async function benchPolicyFallback(options: {
  readonly runs: number;
  onRun(run: number, measured: PolicyRun): void;
}): Promise<PolicyResult> {
  const installation = await install();
  try {
    await installation.webhook.stop('SIGKILL');
    await shiftAndBack(installation);
    const runs: PolicyRun[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      const measured = await shiftAndBack(installation);
      runs.push(measured);
      options.onRun(run, measured);
    }
    return {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      runs,
      writtenMs: spread(runs.map(({ writtenMs }) => writtenMs)),
      onMs: spread(runs.map(({ onMs }) => onMs)),
      offMs: spread(runs.map(({ offMs }) => offMs)),
    };
  } finally {
    await installation.stop();
  }
}

/** The result for people. */
export function describePolicyFallback({ machine, runs, writtenMs, onMs, offMs }: PolicyResult): string {
  const row = (what: string, ...cells: readonly string[]) =>
    what.padEnd(28) + cells.map((cell) => cell.padStart(8)).join('');
  const times = (what: string, { min, median, max }: Spread) =>
    row(what, String(runs.length), min.toFixed(0), median.toFixed(0), max.toFixed(0));
  return [
    machine,
    'ms from the write of the record to the first answer of the API server that goes by it; no webhook runs',
    '',
    row('', 'runs', 'min', 'median', 'max'),
    times('policy written (zone away)', writtenMs),
    times('refused (zone away)', onMs),
    times('let through (zone back)', offMs),
  ].join('\n');
}

async function shiftAndBack(installation: Installation): Promise<PolicyRun> {
  const { effectMs: onMs, writtenMs } = await shift(installation, 'Autoshift In Progress', true);
  const { effectMs: offMs } = await shift(installation, 'Autoshift Completed', false);
  await until('the record is empty', async () => {
    const at = { namespace: 'zonewarden', name: RECORD_NAME };
    const record = await installation.client.get(resources.configMaps, at);
    return Object.keys(record.data ?? {}).length === 0;
  });
  return { writtenMs, onMs, offMs };
}

async function shift(
  installation: Installation,
  event: 'Autoshift In Progress' | 'Autoshift Completed',
  refused: boolean,
): Promise<{ readonly effectMs: number; readonly writtenMs: number }> {
  // The API server looks for changed policies once a second: no run may know when.
  await wait(Math.random() * 1000);
  const newLines = tailOf(installation.watcher.logFile);
  await installation.queue.send(autoshiftEvent(event, ZONE.id, nextSecond()));
  const signal = AbortSignal.timeout(RUN_LIMIT_MS);
  while ((await isRefused(installation)) !== refused) await wait(GAP_MS, undefined, { signal });
  const atMs = Date.now();
  const lines = await untilLogged(newLines, signal);
  return { effectMs: atMs - lines.recordMs, writtenMs: lines.policyMs - lines.recordMs };
}

/** When the watcher says that it has written the record, and then the policy, by the clock of this machine. */
async function untilLogged(
  newLines: () => Record<string, unknown>[],
  signal: AbortSignal,
): Promise<{ readonly recordMs: number; readonly policyMs: number }> {
  const lines: Record<string, unknown>[] = [];
  const timeOf = (event: string) => {
    const line = lines.find((one) => one.event === event && (event === 'record-written' || one.result));
    return line === undefined ? undefined : Date.parse(String(line.time));
  };
  for (;;) {
    lines.push(...newLines());
    const recordMs = timeOf('record-written');
    const policyMs = timeOf('policy-fallback');
    if (recordMs !== undefined && policyMs !== undefined) return { recordMs, policyMs };
    await wait(GAP_MS, undefined, { signal });
  }
}

async function isRefused({ client }: Installation): Promise<boolean> {
  try {
    await client.create(resources.nodeClaims, nodeClaim('probe', [inZones(ZONE.name)]), { dryRun: true });
    return false;
  } catch (error) {
    if (error instanceof KubeError && error.message.includes('ValidatingAdmissionPolicy')) return true;
    throw error;
  }
}
