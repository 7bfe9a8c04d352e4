import { SQSClient } from '@aws-sdk/client-sqs';
import { enforcementOf } from '../shared/configuration/option-values.ts';
import { messageOf } from '../shared/errors/zonewarden-error.ts';
import { startOpsServer } from '../shared/http/ops-server.ts';
import { createKubeClient, type KubeClient } from '../shared/kube/client.ts';
import { loadKubeConfig } from '../shared/kube/kube-config.ts';
import { createLeaseElection } from '../shared/kube/lease.ts';
import { isTrouble } from '../shared/kube/list-watch.ts';
import { untilDone } from '../shared/kube/until-done.ts';
import type { Logger } from '../shared/logging/logger.ts';
import { createRecordStore, type RecordStore } from '../shared/record/record-store.ts';
import { createRecordWatch } from '../shared/record/record-watch.ts';
import { leaderReports } from './leader/leader-reports.ts';
import { createLeaderWork } from './leader/leader-work.ts';
import { createWatcherMetrics, type WatcherMetrics } from './metrics.ts';
import type { WatcherOptions } from './options.ts';
import { consume, type MessageFate } from './queue/consumer.ts';
import { createMessageQueue } from './queue/message-queue.ts';
import type { ReadMessage } from './queue/read-message.ts';
import { applySignals, type SignalOutcome } from './record/apply-signals.ts';
import { highestMark } from './record/highest-mark.ts';
import type { ZoneSignal } from './sources/signal.ts';
import { createZoneNames, type ZoneNames } from './zone-names/zone-names.ts';

/** Names are better known before the first event is written: without them zones are enforced by ID at first. */
const NAMES_WAIT_MS = 5000;
/** Within the 60 s for which a message stays invisible: after that another replica tries. */
const APPLY_LIMIT_MS = 40_000;

export interface WatcherProcess {
  readonly opsPort: number;
  stop(): Promise<void>;
}

/** Wires the watcher together and starts it. */
export async function startWatcher(options: WatcherOptions, log: Logger): Promise<WatcherProcess> {
  const metrics = createWatcherMetrics();
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(options.kubeconfig),
    userAgent: 'zonewarden-watcher',
  });
  const stopping = new AbortController();
  const problem = (part: string, error: unknown): void => {
    metrics.problems.inc({ part });
    log.warn({ part, error: messageOf(error) }, 'trouble; trying again');
  };

  const store = makeStore(client, options, metrics, log);
  const record = createRecordWatch({
    client,
    namespace: options.namespace,
    onRecord(seen) {
      store.seen(seen);
      metrics.setGeneration.set(seen.generation);
      metrics.zoneImpaired.reset();
      for (const { id, name, state } of seen.zones) {
        metrics.zoneImpaired.set({ zone_id: id, zone: name ?? '' }, state === 'impaired' ? 1 : 0.5);
      }
      leaderWork.trigger();
    },
    async onDeleted() {
      log.warn('the record of impaired zones was deleted; it is written again as it was');
      await store.update((stored) => stored, stopping.signal);
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
  });
  const reports = leaderReports({ metrics, log, problem });
  const leaderWork = createLeaderWork({
    client,
    store,
    settings: enforcementOf(options),
    cordon: options.cordon,
    record: record.current,
    nameOf: names.nameOf,
    now: Date.now,
    onNode: names.learn,
    ...reports.callbacks,
  });
  const election = createLeaseElection({
    client,
    namespace: options.namespace,
    name: options.lease,
    identity: options.identity,
    async onStartedLeading(signal) {
      metrics.leader.set(1);
      log.info(
        { lease: options.lease, identity: options.identity },
        'leading: cordoning Nodes and settling NodePools',
      );
      await leaderWork.run(signal);
    },
    onStoppedLeading() {
      metrics.leader.set(0);
      reports.forget();
      log.info('not leading any more');
    },
    onProblem: ({ kind, error }) => problem(`lease-${kind}`, error),
  });

  const ops = await startOpsServer({
    host: options.host,
    port: options.opsPort,
    registry: metrics.registry,
    unready: () => [
      ...(stopping.signal.aborted ? ['stopping'] : []),
      ...(record.current() === undefined
        ? ['the record of impaired zones has not been read or written yet']
        : []),
    ],
  });
  names.start();
  record.start();
  // The record has to be there before anybody can know that no zone is impaired.
  await untilDone(() => store.update((stored) => stored, stopping.signal), {
    signal: stopping.signal,
    onFailure: (error) => problem('record', error),
  });
  election.start();
  const consuming = startConsumer({ options, store, names, metrics, log, problem, signal: stopping.signal });
  log.info({ opsPort: ops.port, queue: options.queueUrl ?? null }, 'watching');

  return {
    opsPort: ops.port,
    async stop() {
      stopping.abort(new Error('the process was asked to stop'));
      await consuming;
      await election.stop();
      await Promise.all([record.stop(), names.stop()]);
      await ops.close();
      client.close();
      log.info('stopped');
    },
  };
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

interface Parts {
  readonly options: WatcherOptions;
  readonly store: RecordStore;
  readonly names: ZoneNames;
  readonly metrics: WatcherMetrics;
  readonly log: Logger;
  problem(part: string, error: unknown): void;
}

async function startConsumer(parts: Parts & { readonly signal: AbortSignal }): Promise<void> {
  const { options, store, names, metrics, log, problem, signal } = parts;
  if (options.queueUrl === undefined) {
    log.warn('no queue is configured (ZONEWARDEN_QUEUE_URL): no event is heard');
    return;
  }
  await names.known(AbortSignal.any([signal, AbortSignal.timeout(NAMES_WAIT_MS)]));
  const sqs = new SQSClient({
    ...(options.awsRegion === undefined ? {} : { region: options.awsRegion }),
    ...(options.sqsEndpoint === undefined ? {} : { endpoint: options.sqsEndpoint }),
  });
  const queue = createMessageQueue(sqs, options.queueUrl, options.visibilitySeconds);
  await consume(
    {
      queue: {
        ...queue,
        async receive(receiveSignal) {
          const messages = await queue.receive(receiveSignal);
          metrics.lastReceive.set(Date.now() / 1000);
          return messages;
        },
      },
      async apply(signals: readonly ZoneSignal[]) {
        let outcomes: readonly SignalOutcome[] = [];
        const limit = AbortSignal.any([signal, AbortSignal.timeout(APPLY_LIMIT_MS)]);
        const starting = signals.filter(({ change }) => change === 'start').map(({ zoneId }) => zoneId);
        await names.lookUp(starting, limit);
        await untilDone(
          () =>
            store.update((stored) => {
              const applied = applySignals(stored, signals, names.nameOf, Date.now());
              outcomes = applied.outcomes;
              return applied.record;
            }, limit),
          { signal: limit, onFailure: (error) => problem('record', error) },
        );
        for (const outcome of outcomes) metrics.signals.inc({ outcome });
        return outcomes;
      },
      onMessage: (read, fate) => reportMessage(metrics, log, read, fate),
      onProblem: (where, error) => problem(`queue-${where}`, error),
    },
    signal,
  );
  sqs.destroy();
}

/** Whatever came, one line: a message that does nothing must be as visible as one that shifts a zone. */
function reportMessage(metrics: WatcherMetrics, log: Logger, read: ReadMessage, fate: MessageFate): void {
  metrics.messages.inc({ outcome: read.outcome, fate });
  if (read.type !== undefined) metrics.events.inc({ type: read.type });
  const { message, outcome, type, form, signals, why } = read;
  const line = { event: 'message', messageId: message.id, outcome, fate, type, form, signals, why };
  if (outcome === 'malformed')
    log.warn({ ...line, body: message.body.slice(0, 2048) }, 'a message that cannot be read');
  else log.info(line, 'a message was handled');
}
