import { ARCZonalShiftClient } from '@aws-sdk/client-arc-zonal-shift';
import { Facts } from '../shared/facts/facts.ts';
import { createKubeClient } from '../shared/kube/client.ts';
import { loadKubeConfig } from '../shared/kube/kube-config.ts';
import { LeaseElection, leaseTuning } from '../shared/kube/lease.ts';
import { untilDone } from '../shared/kube/until-done.ts';
import type { Logger } from '../shared/process/logger.ts';
import { startOpsServer } from '../shared/process/ops-server.ts';
import type { Listening } from '../shared/record/shifts-without-event.ts';
import { untilHolds } from '../shared/stores/listenable.ts';
import { readStoredMarks } from '../shared/stores/stored-marks.ts';
import { type ArcTruth, createArcTruth } from './controllers/arc/arc-truth.ts';
import { askEc2ForCatalog } from './controllers/catalog/ask-ec2.ts';
import { hearQueue } from './hearing/hear-queue.ts';
import { lead } from './lead.ts';
import { showInMetrics } from './listeners/show-in-metrics.ts';
import { createWatcherMetrics } from './listeners/watcher-metrics.ts';
import { writePoolEvents } from './listeners/write-pool-events.ts';
import { writeRoomEvent } from './listeners/write-room-event.ts';
import { writeToLog } from './listeners/write-to-log.ts';
import type { WatcherOptions } from './options.ts';
import { createProcessScene, type RunningScene } from './process-scene.ts';
import { ensureRecord } from './startup/first-record.ts';
import { modeOf } from './status/mode.ts';
import { watcherStatus } from './status/watcher-status.ts';
import { setOf } from './term/scene.ts';

/** After that the defaults hold until the rules are known: a shift must not wait for a right that nobody granted. */
const RULES_WAIT_MS = 10_000;
/** Without its keys the watcher believes no mark's generation. */
const KEYS_WAIT_MS = 5000;

/** Wires the watcher together and starts it. */
export async function startWatcher(options: WatcherOptions, log: Logger, droppedLines?: () => number) {
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(options.kubeconfig),
    userAgent: 'zonewarden-watcher',
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const facts = new Facts();
  const scene = createProcessScene(options, client, facts, signal);
  const arc = options.arc ? arcTruth(options, scene) : undefined;
  const metrics = createWatcherMetrics(
    () => modeOf(options.queueUrl !== undefined, arc?.state()),
    () => setOf(scene),
    droppedLines,
  );
  facts.listen(showInMetrics(metrics));
  facts.listen(writeToLog(log));
  const eventsTo = {
    client,
    now: Date.now,
    onProblem: (error: unknown) => facts.tell('failure', { part: 'events', error }),
  };
  facts.listen(writeRoomEvent({ ...eventsTo, namespace: scene.namespace }));
  facts.listen(writePoolEvents(eventsTo));
  const hearing = new Hearing();
  const listening = () => hearing.listening;
  const election = candidate(options, scene, arc, listening);
  const ops = await startOpsServer({
    host: options.host,
    port: options.opsPort,
    registry: metrics.registry,
    unready: () => [
      ...(signal.aborted ? ['stopping'] : []),
      ...(scene.record.current() === undefined
        ? ['the record of impaired zones has not been read or written yet']
        : []),
    ],
    status: () =>
      watcherStatus({
        leading: election.isLeader,
        queue: hearing.state,
        home: scene.home.current(),
        elsewhere: scene.elsewhere.shown(),
        listening: hearing.listening,
        unjudgeable: scene.pools.unjudgeable,
        nowMs: Date.now(),
        record: scene.record.current(),
        rules: scene.rules.current(),
        rulesProblem: scene.rules.problem(),
        arc: arc?.state(),
      }),
  });
  scene.start();
  await firstRecord(scene, arc, signal);
  // Where there is a queue, it waits for the same.
  void scene.home.known(AbortSignal.any([signal, AbortSignal.timeout(RULES_WAIT_MS)]));
  election.start();
  hearing.start(options, scene, log, signal);
  log.info({ opsPort: ops.port, queue: options.queueUrl ?? null, arc: options.arc }, 'watching');

  return {
    opsPort: ops.port,
    async stop() {
      stopping.abort(new Error('the process was asked to stop'));
      // The Lease at once; what a poll under way still brings goes into the record all the same.
      await Promise.all([hearing.done, election.stop()]);
      await scene.stop();
      arc?.close();
      await ops.close();
      client.close();
      log.info('stopped');
    },
  };
}

function arcTruth(options: WatcherOptions, scene: RunningScene): ArcTruth {
  const client = new ARCZonalShiftClient({
    ...(options.awsRegion === undefined ? {} : { region: options.awsRegion }),
    ...(options.arcEndpoint === undefined ? {} : { endpoint: options.arcEndpoint }),
  });
  const { home, elsewhere, facts } = scene;
  const resourceArn = options.clusterArn;
  return createArcTruth({
    ...{ client, resourceArn, scene, home, tell: facts.tell },
    onElsewhere: (found) => elsewhere.listed(found),
  });
}

/** A candidate for the Lease, which does the leader's duties while it holds it. */
function candidate(
  options: WatcherOptions,
  scene: RunningScene,
  arc: ArcTruth | undefined,
  listening: () => Listening | undefined,
): LeaseElection {
  const { lease, identity, reports, catalog, awsRegion: region, ec2Endpoint: endpoint } = options;
  const { facts } = scene;
  const fetchCatalog =
    catalog === 'off' ? undefined : (limit: AbortSignal) => askEc2ForCatalog({ region, endpoint }, limit);
  return new LeaseElection({
    client: scene.client,
    namespace: scene.namespace,
    name: lease,
    identity,
    tuning: leaseTuning(options.leaseDuration),
    async onStartedLeading(term) {
      facts.tell('leading', { leading: true, lease, identity });
      await lead(scene, { arc, fetchCatalog, reports, listening }, term);
    },
    onStoppedLeading() {
      facts.tell('leading', { leading: false, lease, identity });
      facts.leftTerm();
    },
    onProblem: ({ kind, error }) => facts.tell('failure', { part: `lease-${kind}`, error }),
  });
}

/** The record has to be there before anybody can know that no zone is impaired; rules, before states follow from it. */
async function firstRecord(
  scene: RunningScene,
  arc: ArcTruth | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { client, records: store, record, rules, names } = scene;
  const { tell } = scene.facts;
  const parts = {
    ...{ store, record, arc },
    areMarked: async (limit: AbortSignal) =>
      (await readStoredMarks(client, scene.settings.markKeys, limit)).any,
    surroundingsKnown: (limit: AbortSignal) =>
      Promise.all([names.known(limit), rules.whenKnown(limit)]).catch(() => undefined),
    onRebuild: () => tell('record-rebuilt', {}),
  };
  // A record that is made anew starts above the marks that are ours.
  const areKnown = () => scene.keys.markKeys() !== undefined;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(KEYS_WAIT_MS)]);
  await untilHolds(scene.keys, areKnown, limit).catch((error: unknown) => {
    if (!signal.aborted) tell('failure', { part: 'keys', error });
  });
  await untilDone(() => ensureRecord(parts, signal), {
    signal,
    onFailure: (error) => tell('failure', { part: 'record', error }),
  });
  // By other rules than those in force, zones would be given back or taken away for a moment.
  await rules
    .whenKnown(AbortSignal.any([signal, AbortSignal.timeout(RULES_WAIT_MS)]))
    .catch((error: unknown) => {
      if (!signal.aborted) tell('failure', { part: 'rules', error });
    });
}

/** The queue, and how it does. */
class Hearing {
  done: Promise<void> = Promise.resolve();
  state: object | undefined;
  listening: Listening | undefined;

  start(options: WatcherOptions, scene: RunningScene, log: Logger, signal: AbortSignal): void {
    const { queueUrl } = options;
    if (queueUrl === undefined) {
      log.warn('no queue is configured (ZONEWARDEN_QUEUE_URL): no event is heard');
      return;
    }
    const parts = {
      options: { ...options, queueUrl },
      store: scene.records,
      names: scene.names,
      home: scene.home,
      elsewhere: scene.elsewhere,
      rules: scene.rules.current,
      tell: scene.facts.tell,
      onState: (state: object, listening: Listening | undefined) => {
        this.state = state;
        this.listening = listening;
      },
    };
    this.done = hearQueue(parts, signal);
  }
}
