import { ARCZonalShiftClient } from '@aws-sdk/client-arc-zonal-shift';
import { messageOf } from '../shared/errors/zonewarden-error.ts';
import { createKubeClient, type KubeClient } from '../shared/kube/client.ts';
import { loadKubeConfig } from '../shared/kube/kube-config.ts';
import { createLeaseElection, leaseTuning } from '../shared/kube/lease.ts';
import { isTrouble } from '../shared/kube/list-watch.ts';
import { untilDone } from '../shared/kube/until-done.ts';
import type { Logger } from '../shared/process/logger.ts';
import { startOpsServer } from '../shared/process/ops-server.ts';
import { enforcementOf } from '../shared/process/option-values.ts';
import { ARC_GROUPS } from '../shared/record/arc-facts.ts';
import { effectiveAt } from '../shared/record/impaired-record.ts';
import { createRecordStore, type RecordStore } from '../shared/stores/record-store.ts';
import { createRecordWatch } from '../shared/stores/record-watch.ts';
import { createRulesWatch } from '../shared/stores/rules-watch.ts';
import { createArcTruth } from './arc/arc-truth.ts';
import { askEc2ForCatalog } from './catalog/ask-ec2.ts';
import { leaderReports } from './leader/leader-reports.ts';
import { createLeaderWork } from './leader/leader-work.ts';
import { createWatcherMetrics, type WatcherMetrics } from './metrics.ts';
import type { WatcherOptions } from './options.ts';
import { hearQueue } from './queue/hear-queue.ts';
import { ensureRecord } from './record/first-record.ts';
import { highestMark } from './record/highest-mark.ts';
import { policyReports } from './reports/policy-reports.ts';
import { createPolicyWork } from './reports/policy-work.ts';
import { modeOf } from './status/mode.ts';
import { logUnreadable, showRecord } from './status/record-reports.ts';
import { watcherStatus } from './status/watcher-status.ts';
import { createEc2Zones } from './zone-names/describe-zones.ts';
import { createZoneNames } from './zone-names/zone-names.ts';

/** After that the defaults hold until the rules are known: a shift must not wait for a right that nobody granted. */
const RULES_WAIT_MS = 10_000;

export interface WatcherProcess {
  readonly opsPort: number;
  stop(): Promise<void>;
}

/** Wires the watcher together and starts it. */
export async function startWatcher(options: WatcherOptions, log: Logger): Promise<WatcherProcess> {
  const metrics = createWatcherMetrics(
    () => modeOf(options.queueUrl !== undefined, arc?.state()),
    () => {
      const seen = record.current();
      return seen === undefined ? undefined : effectiveAt(seen, Date.now());
    },
  );
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(options.kubeconfig),
    userAgent: 'zonewarden-watcher',
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  let leading = false;
  const problem = (part: string, error: unknown): void => {
    metrics.problems.inc({ part });
    log.warn({ part, error: messageOf(error) }, 'trouble; trying again');
  };

  const store = makeStore(client, options, metrics, log);
  const rules = createRulesWatch({
    client,
    namespace: options.namespace,
    onRules(inForce) {
      metrics.rulesProblem.set(rules.problem() === undefined ? 0 : 1);
      log.info({ event: 'rules', rules: inForce }, 'the zone rules in force');
    },
    onProblem(kind, error) {
      metrics.rulesProblem.set(rules.problem() === undefined ? 0 : 1);
      if (kind === 'unreadable' || isTrouble(kind)) problem(`rules-${kind}`, error);
    },
  });
  const record = createRecordWatch({
    client,
    namespace: options.namespace,
    onRecord(seen) {
      store.seen(seen);
      showRecord(metrics, seen);
      reports.sawRecord(seen, leading);
      leaderWork.trigger();
      policyWork.sawRecord(seen);
    },
    onUnreadable(parts) {
      logUnreadable(log, parts);
      // Reading and writing it back mends it.
      store.update((stored) => stored, signal).catch((error: unknown) => problem('record', error));
    },
    async onDeleted() {
      log.warn('the record of impaired zones was deleted; it is written again as it was');
      await store.update((stored) => stored, signal);
    },
    onProblem: (kind, error) => {
      if (isTrouble(kind)) problem(`record-${kind}`, error);
    },
  });
  const names = createZoneNames({
    client,
    onLearned: (from) => log.info({ from }, 'zone names were learned'),
    onProblem: (kind, error) => {
      if (kind === 'look-up' || isTrouble(kind)) problem(`zone-names-${kind}`, error);
    },
    onContradiction: (contradiction) =>
      log.warn(
        { event: 'zone-names', ...contradiction },
        'zone names contradict each other; the first holds',
      ),
    ec2: options.ec2Zones
      ? {
          zones: createEc2Zones({ region: options.awsRegion, endpoint: options.ec2Endpoint }),
          onProblem: (error) => problem('zone-names-ec2', error),
        }
      : undefined,
  });
  const arc = options.arc
    ? createArcTruth({
        client: new ARCZonalShiftClient({
          ...(options.awsRegion === undefined ? {} : { region: options.awsRegion }),
          ...(options.arcEndpoint === undefined ? {} : { endpoint: options.arcEndpoint }),
        }),
        resourceArn: options.clusterArn,
        store,
        record: record.current,
        surroundings: () => ({ rules: rules.current(), nameOf: names.nameOf }),
        metrics,
        log,
        problem,
      })
    : undefined;
  const reports = leaderReports({
    ...{ client, metrics, log, problem, signal },
    namespace: options.namespace,
    record: record.current,
  });
  const leaderWork = createLeaderWork({
    client,
    store,
    settings: enforcementOf(options),
    cordon: options.cordon,
    arc: arc?.watch,
    silentArc: () => arc?.silent() ?? ARC_GROUPS,
    record: record.current,
    surroundings: (nodes) => ({
      rules: rules.current(),
      nameOf: names.nameOf,
      parents: names.parents(),
      used: names.used(nodes),
    }),
    now: Date.now,
    onNode: names.learn,
    ...reports.callbacks,
  });
  const policies = policyReports({ metrics, log, problem });
  const policyWork = createPolicyWork({
    client,
    namespace: options.namespace,
    fetchCatalog: catalogFetcher(options),
    reports: options.reports,
    record: record.current,
    now: Date.now,
    ...policies.callbacks,
  });
  const election = createLeaseElection({
    client,
    namespace: options.namespace,
    name: options.lease,
    identity: options.identity,
    tuning: leaseTuning(options.leaseDuration),
    async onStartedLeading(term) {
      leading = true;
      metrics.leader.set(1);
      log.info(
        { lease: options.lease, identity: options.identity },
        'leading: cordoning Nodes and settling NodePools',
      );
      await Promise.all([leaderWork.run(term), policyWork.run(term)]);
    },
    onStoppedLeading() {
      leading = false;
      metrics.leader.set(0);
      reports.forget();
      policies.forget();
      log.info('not leading any more');
    },
    onProblem: ({ kind, error }) => problem(`lease-${kind}`, error),
  });

  let queue: object | undefined;
  const ops = await startOpsServer({
    host: options.host,
    port: options.opsPort,
    registry: metrics.registry,
    unready: () => [
      ...(signal.aborted ? ['stopping'] : []),
      ...(record.current() === undefined
        ? ['the record of impaired zones has not been read or written yet']
        : []),
    ],
    status: () =>
      watcherStatus({
        ...{ leading, queue },
        nowMs: Date.now(),
        record: record.current(),
        rules: rules.current(),
        rulesProblem: rules.problem(),
        arc: arc?.state(),
      }),
  });
  names.start();
  rules.start();
  record.start();
  // The record has to be there before anybody can know that no zone is impaired.
  const firstRecord = {
    ...{ store, record, arc },
    highestMark: (limit: AbortSignal) => highestMark(client, limit),
    surroundingsKnown: (limit: AbortSignal) =>
      Promise.all([names.known(limit), rules.whenKnown(limit)]).catch(() => undefined),
    onRebuild: () => log.warn('there is no record, and NodePools are changed: ARC is asked first'),
  };
  await untilDone(() => ensureRecord(firstRecord, signal), {
    signal,
    onFailure: (error) => problem('record', error),
  });
  // By other rules than those in force, zones would be given back or taken away for a moment.
  await rules
    .whenKnown(AbortSignal.any([signal, AbortSignal.timeout(RULES_WAIT_MS)]))
    .catch((error: unknown) => {
      if (!signal.aborted) problem('rules', error);
    });
  election.start();
  const { queueUrl } = options;
  if (queueUrl === undefined) log.warn('no queue is configured (ZONEWARDEN_QUEUE_URL): no event is heard');
  const hearing =
    queueUrl === undefined
      ? Promise.resolve()
      : hearQueue(
          {
            options: { ...options, queueUrl },
            ...{ store, names, metrics, log, problem },
            rules: rules.current,
            onState: (state) => {
              queue = state;
            },
          },
          signal,
        );
  log.info({ opsPort: ops.port, queue: queueUrl ?? null, arc: options.arc }, 'watching');

  return {
    opsPort: ops.port,
    async stop() {
      stopping.abort(new Error('the process was asked to stop'));
      // The Lease at once; what a poll under way still brings goes into the record all the same.
      await Promise.all([hearing, election.stop()]);
      await Promise.all([record.stop(), names.stop(), rules.stop()]);
      arc?.close();
      await ops.close();
      client.close();
      log.info('stopped');
    },
  };
}

function catalogFetcher({ catalog, awsRegion: region, ec2Endpoint: endpoint }: WatcherOptions) {
  if (catalog === 'off') return undefined;
  return (signal: AbortSignal) => askEc2ForCatalog({ region, endpoint }, signal);
}

function makeStore(
  client: KubeClient,
  options: WatcherOptions,
  metrics: WatcherMetrics,
  log: Logger,
): RecordStore {
  return createRecordStore({
    client,
    namespace: options.namespace,
    fieldManager: 'zonewarden-watcher',
    highestMark: (signal) => highestMark(client, signal),
    onMended: (parts) =>
      log.warn({ event: 'record-mended', keys: parts.map(({ key }) => key) }, 'the record was put right'),
    onWrite(written, how) {
      metrics.recordWrites.inc({ how });
      log.info(
        { event: 'record-written', how, generation: written.generation, zones: written.zones },
        'the record of impaired zones was written',
      );
    },
    onConflict: () => metrics.recordWrites.inc({ how: 'conflict' }),
  });
}
