import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { autoshiftEvent } from '../../demo/events.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RECEIVED_ANNOTATION } from '../../shared/record/record-document.ts';
import { until } from '../../test/installation/until.ts';
import { nextSecond } from '../event-clock.ts';
import { percentile, type Spread, spread } from '../statistics.ts';
import { tailOf } from './log-tail.ts';
import {
  isCordoned,
  NODES,
  nodePoolsInZone,
  readRecord,
  type Scene,
  startScene,
  untilRestored,
  ZONE,
} from './scene.ts';

/** The targets, in milliseconds: no launch in the zone, and every NodePool without it. */
export const NO_LAUNCH_P99_MS = 300;
export const PROTECT_TARGETS: readonly {
  readonly nodePools: number;
  readonly of: 'max' | 'p99';
  readonly ms: number;
}[] = [
  { nodePools: 100, of: 'max', ms: 1000 },
  { nodePools: 500, of: 'p99', ms: 2500 },
];
/** A run that takes longer has failed. */
const RUN_LIMIT_MS = 60_000;

/** One shift, in milliseconds since its message was received. */
export interface Run {
  /** Both replicas take the zone out of a NodeClaim. */
  readonly noLaunchMs: number;
  /** Every NodePool is without the zone. */
  readonly protectMs: number;
}

export type Times = Spread & { readonly p99: number };

export interface SizeResult {
  readonly nodePools: number;
  readonly runs: readonly Run[];
  readonly noLaunchMs: Times;
  readonly protectMs: Times;
}

export interface TimeToProtectResult {
  readonly machine: string;
  readonly arc: boolean;
  readonly nodes: number;
  readonly webhookReplicas: number;
  readonly sizes: readonly SizeResult[];
}

/** Shifts a zone away and back again and again, and measures from the receipt of the message. */
export async function benchTimeToProtect(options: {
  readonly nodePools: readonly number[];
  readonly runs: number;
  readonly arc: boolean;
  onRun(nodePools: number, run: number, measured: Run): void;
}): Promise<TimeToProtectResult> {
  const scene = await startScene(options);
  try {
    const sizes: SizeResult[] = [];
    for (const nodePools of [...options.nodePools].sort((left, right) => left - right)) {
      await scene.growTo(nodePools);
      // The first one warms up, and is not counted.
      await shiftAndBack(scene);
      const runs: Run[] = [];
      for (let run = 1; run <= options.runs; run += 1) {
        const measured = await shiftAndBack(scene);
        runs.push(measured);
        options.onRun(nodePools, run, measured);
      }
      sizes.push({
        nodePools,
        runs,
        noLaunchMs: timesOf(runs.map(({ noLaunchMs }) => noLaunchMs)),
        protectMs: timesOf(runs.map(({ protectMs }) => protectMs)),
      });
    }
    return {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      arc: options.arc,
      nodes: NODES,
      webhookReplicas: scene.probes.length,
      sizes,
    };
  } finally {
    await scene.stop();
  }
}

function timesOf(values: readonly number[]): Times {
  const sorted = [...values].sort((left, right) => left - right);
  return { ...spread(values), p99: percentile(sorted, 0.99) };
}

async function shiftAndBack(scene: Scene): Promise<Run> {
  const { installation, arc, probes } = scene;
  const signal = AbortSignal.timeout(RUN_LIMIT_MS);
  await Promise.all(probes.map((probe) => probe.untilOpen(ZONE.name, signal)));
  const newLines = tailOf(installation.watcher.logFile);

  const start = nextSecond();
  arc?.model.startAutoshift(ZONE.id, start.getTime() / 1000);
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', ZONE.id, start));
  const pruned = await Promise.all(probes.map((probe) => probe.untilPruned(ZONE.name, signal)));
  const line = await untilProtected(newLines, signal);
  const receivedMs = await receivedAt(scene, String(line.receivedAt));
  const left = await nodePoolsInZone(installation);
  if (left > 0) throw new Error(`the watcher says that all are protected, and ${left} NodePools are not`);
  await untilCordoned(scene);

  const end = nextSecond();
  arc?.model.endAutoshift(ZONE.id, end.getTime() / 1000);
  await installation.queue.send(autoshiftEvent('Autoshift Completed', ZONE.id, end));
  await untilRestored(installation);
  return { noLaunchMs: Math.max(...pruned) - receivedMs, protectMs: Number(line.durationMs) };
}

/** The watcher's line that the last NodePool is what the record asks for, with the time since the receipt. */
async function untilProtected(
  newLines: () => Record<string, unknown>[],
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  for (;;) {
    const line = newLines().find(({ event }) => event === 'protected');
    if (line !== undefined) return line;
    await wait(50, undefined, { signal });
  }
}

/** When the message was received, as the record has it: the watcher wrote it, by the clock of this machine. */
async function receivedAt({ installation }: Scene, told: string): Promise<number> {
  const { metadata } = await readRecord(installation);
  const [, at = ''] = (metadata.annotations?.[RECEIVED_ANNOTATION] ?? '').split(' ');
  if (at !== told) throw new Error(`the watcher measured from ${told}, and the record has ${at}`);
  return Date.parse(at);
}

/** The cordon step is part of the work, so that the next run must find it to be done. */
async function untilCordoned({ installation: { client } }: Scene): Promise<void> {
  await until('every Node of the zone is cordoned', async () =>
    (await client.listAll(resources.nodes)).items.every(isCordoned),
  );
}
