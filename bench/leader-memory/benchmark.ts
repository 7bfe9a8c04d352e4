import { cpus } from 'node:os';
import { autoshiftEvent } from '../../demo/events.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';
import { CORDONED_ANNOTATION } from '../../shared/views/node.ts';
import { type Installation, install } from '../../test/installation/installation.ts';
import { renderManifests } from '../../test/installation/manifests.ts';
import { until } from '../../test/installation/until.ts';
import { nextSecond } from '../event-clock.ts';
import { holdLease } from './held-lease.ts';
import { AWAY, names, ZONES } from './karpenter-facts.ts';
import { type ClusterSize, createLargeCluster } from './large-cluster.ts';
import { type MeasuredWatcher, startMeasuredWatcher } from './measured-watcher.ts';
import { forgetPeak, peakMib, settledMib } from './resident-memory.ts';
import { flagsOfContainer, watcherContainerIn } from './watcher-container.ts';

/** One phase of a watcher, in MiB. */
export interface Phase {
  /** Resident when nothing happens any more, with garbage that V8 has not collected or not given back. */
  readonly settledMib: number;
  /** The most that was resident since the phase began. */
  readonly peakMib: number;
  /** Objects that are alive at the end of the phase, after a full collection, with which the next phase begins. */
  readonly liveMib: number;
}

/** One watcher, from its start to its end. */
export interface LeaderRun {
  /** It runs and does not lead. */
  readonly waiting: Phase;
  /** It leads and has read everything. */
  readonly leading: Phase;
  /** From the release of the Lease until everything was read, and NodePools were judged once. */
  readonly readMs: number;
  /** A zone is away: its Nodes are cordoned, its NodeClaims read, all NodePools without it. */
  readonly shifted: Phase | undefined;
}

export interface LeaderMemoryResult {
  readonly machine: string;
  readonly limitMib: number;
  readonly flags: readonly string[];
  readonly cluster: ClusterSize;
  readonly runs: readonly LeaderRun[];
}

export interface LeaderMemoryOptions {
  readonly cluster: ClusterSize;
  readonly runs: number;
  /** `container`: the heap that Node takes in the container of the Deployment; `machine`: the one it takes here. */
  readonly heap: 'container' | 'machine';
  /** Whether a zone is shifted away in each run. */
  readonly shift: boolean;
  onStep(what: string): void;
}

/** Starts a watcher in a large cluster again and again, and measures what memory it takes until it leads and after. */
export async function benchLeaderMemory(options: LeaderMemoryOptions): Promise<LeaderMemoryResult> {
  const installation = await install({ onStep: options.onStep });
  try {
    await installation.watcher.stop();
    const cluster = await createLargeCluster(installation.client, options.cluster, (kind, made) =>
      options.onStep(`${made.count} ${kind} of ${made.bytes} bytes`),
    );
    const container = watcherContainerIn(await renderManifests(installation.controlPlane));
    const own = options.heap === 'container' ? flagsOfContainer(container.limitMib) : [];
    const flags = [...own, ...container.flags];
    const runs: LeaderRun[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      const measured = await measure(installation, `measured-${run}`, flags, options);
      runs.push(measured);
      const { waiting, leading, shifted } = measured;
      options.onStep(
        `run ${run}, MiB: ${[waiting, leading, ...(shifted === undefined ? [] : [shifted])].map(showPhase).join('; then ')}`,
      );
    }
    return {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      limitMib: container.limitMib,
      flags,
      cluster,
      runs,
    };
  } finally {
    await installation.stop();
  }
}

async function measure(
  installation: Installation,
  name: string,
  flags: readonly string[],
  { cluster, shift }: LeaderMemoryOptions,
): Promise<LeaderRun> {
  await markOneNode(installation);
  const release = await holdLease(installation.client);
  const watcher = await startMeasuredWatcher(installation, name, flags);
  try {
    const waiting = await phaseOf(watcher);
    const releasedAt = performance.now();
    await release();
    await watcher.untilMetrics(
      'everything is read',
      // The Node with a mark is written when all Nodes are known.
      (scraped) =>
        scraped.sum('zonewarden_leader') === 1 &&
        scraped.sum('zonewarden_cordon_actions_total') > 0 &&
        scraped.sum('zonewarden_watcher_policy_scanned_nodepools') === cluster.nodePools.count,
    );
    const readMs = performance.now() - releasedAt;
    const leading = await phaseOf(watcher);
    const shifted = shift ? await shiftAndBack(installation, watcher, cluster) : undefined;
    return { waiting, leading, readMs, shifted };
  } finally {
    await release();
    await watcher.process.stop();
  }
}

async function phaseOf(watcher: MeasuredWatcher): Promise<Phase> {
  const { pid } = watcher.process;
  const resident = { settledMib: await settledMib(pid), peakMib: peakMib(pid) };
  const liveMib = await watcher.liveMib();
  forgetPeak(pid);
  return { ...resident, liveMib };
}

/** Cordoned for a zone that is not away, as a watcher leaves it that was killed in between: the next one takes it back. */
async function markOneNode({ client }: Installation): Promise<void> {
  const body = {
    metadata: { annotations: { [CORDONED_ANNOTATION]: AWAY.id } },
    spec: { unschedulable: true },
  };
  await client.patch(resources.nodes, { name: names.node(0) }, { kind: 'merge', body });
}

async function shiftAndBack(
  installation: Installation,
  watcher: MeasuredWatcher,
  cluster: ClusterSize,
): Promise<Phase> {
  const zone = { zone_id: AWAY.id };
  // All but the one that was marked: it counts as cordoned by somebody else.
  const cordoned = Math.ceil(cluster.nodes.count / ZONES.length) - 1;
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', AWAY.id, nextSecond()));
  await watcher.untilMetrics(
    'the zone is away',
    (scraped) =>
      scraped.sum('zonewarden_nodes_cordoned', zone) >= cordoned &&
      scraped.sum('zonewarden_time_to_protect_seconds_count') > 0 &&
      scraped.text.includes(`zonewarden_expiring_nodes{zone_id="${AWAY.id}"}`),
  );
  const phase = await phaseOf(watcher);
  await installation.queue.send(autoshiftEvent('Autoshift Completed', AWAY.id, nextSecond()));
  await until(
    'the record is empty',
    async () => {
      const at = { namespace: 'zonewarden', name: RECORD_NAME };
      return Object.keys((await installation.client.get(resources.configMaps, at)).data ?? {}).length === 0;
    },
    120_000,
  );
  await watcher.untilMetrics(
    'nothing is left of the shift',
    (scraped) =>
      scraped.sum('zonewarden_nodes_cordoned') === 0 && scraped.sum('zonewarden_nodepools_unsettled') === 0,
  );
  return phase;
}

const showPhase = ({ settledMib: mib, peakMib: peak }: Phase) =>
  `${mib.toFixed(0)} (peak ${peak.toFixed(0)})`;
