import type { EnforcementScene } from '../shared/enforcement/settings.ts';
import type { Facts } from '../shared/facts/facts.ts';
import type { KubeClient } from '../shared/kube/client.ts';
import { untilDone } from '../shared/kube/until-done.ts';
import { enforcementOf } from '../shared/process/option-values.ts';
import type { Reach } from '../shared/record/reach.ts';
import { zonesInLine } from '../shared/record/worth.ts';
import { createDocumentWatch } from '../shared/stores/document-watch.ts';
import { RULES, type RulesWatch } from '../shared/stores/documents.ts';
import { createKeysWatch, type KeysWatch } from '../shared/stores/keys-watch.ts';
import { NODE_CLASSES, POOLS } from '../shared/stores/kinds.ts';
import { createRecordStore, type RecordStore } from '../shared/stores/record-store.ts';
import { createRecordWatch, type RecordWatch } from '../shared/stores/record-watch.ts';
import { createStore } from '../shared/stores/store.ts';
import { readStoredMarks } from '../shared/stores/stored-marks.ts';
import { WATCHER_FIELD_MANAGER } from '../shared/views/node.ts';
import { ElsewhereTally } from './hearing/elsewhere-tally.ts';
import { type ClusterHome, createClusterHome } from './home/cluster-home.ts';
import type { WatcherOptions } from './options.ts';
import type { ProcessScene } from './term/scene.ts';
import { tellFailures } from './term/tell-failures.ts';
import { createEc2Zones } from './zone-names/describe-zones.ts';
import { createZoneNames, type ZoneNames } from './zone-names/zone-names.ts';

/** The scene of a process, and what of it begins and ends. */
export interface RunningScene extends ProcessScene {
  readonly record: RecordWatch;
  readonly keys: KeysWatch;
  readonly rules: RulesWatch;
  readonly names: ZoneNames;
  readonly home: ClusterHome;
  readonly elsewhere: ElsewhereTally;
  start(): void;
  stop(): Promise<void>;
}

/** Puts together what a watcher sees for as long as it lives, not yet started. */
export function createProcessScene(
  options: WatcherOptions,
  client: KubeClient,
  facts: Facts,
  signal: AbortSignal,
): RunningScene {
  const { namespace } = options;
  const { tell } = facts;
  const keys = createKeysWatch({
    client,
    namespace,
    fieldManager: WATCHER_FIELD_MANAGER,
    onWrite: (changes) => tell('keys-written', { changes: [...changes] }),
    onProblem: (error) => tell('failure', { part: 'keys', error }),
    now: Date.now,
  });
  const settings: EnforcementScene = {
    ...enforcementOf(options),
    get markKeys() {
      return keys.markKeys() ?? 'unread';
    },
  };
  const records = createRecordStore({
    client,
    namespace,
    fieldManager: WATCHER_FIELD_MANAGER,
    highestMark: async (limit) => (await readStoredMarks(client, settings.markKeys, limit)).highest,
    onMended: (parts) => tell('record-mended', { keys: parts.map(({ key }) => key) }),
    onWrite: ({ generation, zones }, how) =>
      tell('record-written', { how, generation, zones: zonesInLine(zones) }),
    onDropped: (dropped) => {
      for (const one of dropped) tell('record-dropped', one);
    },
    onConflict: () => tell('record-conflict', {}),
  });
  const record = watchRecord(client, namespace, records, facts, signal);
  const tellRulesProblem = () => tell('rules-problem', { isProblem: rules.problem() !== undefined });
  const rules = createDocumentWatch({
    client,
    namespace,
    document: RULES,
    onProblem(kind, error) {
      tellRulesProblem();
      if (kind === 'unreadable') tell('failure', { part: 'rules-unreadable', error });
      else tellFailures(tell, 'rules')({ kind, error });
    },
  });
  rules.listen(() => {
    tellRulesProblem();
    if (rules.isKnown()) tell('rules', { rules: rules.current() });
  });
  const pools = createStore({ client, kind: POOLS, onProblem: tellFailures(tell, 'nodepools') });
  const nodeClasses = createStore({
    client,
    kind: NODE_CLASSES,
    onProblem: tellFailures(tell, 'nodeclasses'),
  });
  const names = createZoneNames({
    client,
    nodeClasses,
    onLearned: (from) => tell('zone-names-learned', { from }),
    onProblem: (error) => tell('failure', { part: 'zone-names-look-up', error }),
    onContradiction: (contradiction) => tell('zone-names', contradiction),
    ec2: options.ec2Zones
      ? {
          zones: createEc2Zones({ region: options.awsRegion, endpoint: options.ec2Endpoint }),
          onProblem: (error) => tell('failure', { part: 'zone-names-ec2', error }),
        }
      : undefined,
  });
  const { clusterArn, said, queue } = options;
  const home = createClusterHome({
    ...{ client, nodeClasses, tell, stopping: signal },
    said: {
      ...{ clusterArn, option: said.awsRegion, environment: said.environment, queue: queue?.region },
      asked: options.arc ? options.awsRegion : undefined,
    },
  });
  const parts = [record, rules, pools, nodeClasses, names, keys];
  return {
    ...{ client, namespace, settings, records, record, rules, names, pools, nodeClasses, facts, keys },
    ...{ home, elsewhere: new ElsewhereTally(tell) },
    cordon: options.cordon,
    calmMs: options.calm,
    now: Date.now,
    start() {
      for (const part of parts) part.start();
    },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}

function missingIn({ unknown }: Reach) {
  return unknown === undefined ? {} : { missing: unknown };
}

function watchRecord(
  client: KubeClient,
  namespace: string,
  records: RecordStore,
  { tell }: Facts,
  signal: AbortSignal,
): RecordWatch {
  // Reading and writing it back mends it.
  const writeBack = () => records.update((stored) => stored, signal);
  let isMending = false;
  /** Until it is mended; one at a time, however often it is seen. */
  const mend = async (): Promise<void> => {
    if (isMending) return;
    isMending = true;
    const onFailure = (error: unknown) => tell('failure', { part: 'record', error });
    await untilDone(writeBack, { signal, onFailure }).catch(() => undefined);
    isMending = false;
  };
  const record = createRecordWatch({
    client,
    namespace,
    onUnreadable(parts) {
      for (const { key, error } of parts) tell('record-unreadable', { key, error });
      void mend();
    },
    async onDeleted() {
      tell('record-deleted', {});
      await writeBack();
    },
    onProblem: (kind, error) => tellFailures(tell, 'record')({ kind, error }),
  });
  record.listen(() => {
    const seen = record.current();
    if (seen === undefined) return;
    records.seen(seen);
    tell('record-read', seen);
    if (seen.reach !== undefined) tell('reach', missingIn(seen.reach));
  });
  return record;
}
