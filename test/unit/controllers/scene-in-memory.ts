import { onTestFinished } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { Facts } from '../../../shared/facts/facts.ts';
import type { KubeClient } from '../../../shared/kube/client.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import type { NodeClassView } from '../../../shared/stores/kinds.ts';
import { Listeners } from '../../../shared/stores/listenable.ts';
import type { NodeView } from '../../../shared/views/node.ts';
import type { ClaimView } from '../../../shared/views/node-claim.ts';
import type { PoolView } from '../../../shared/views/pool-view.ts';
import type { Controller } from '../../../watcher/term/controller.ts';
import { Progress } from '../../../watcher/term/progress.ts';
import { runControllers } from '../../../watcher/term/run-controllers.ts';
import type { ProcessScene } from '../../../watcher/term/scene.ts';
import { Heard } from './heard.ts';
import { RecordInMemory } from './record-in-memory.ts';
import { StoreInMemory } from './store-in-memory.ts';

/** What the duties of one term share, with nothing behind it but this process. A test changes what it is about. */
export function sceneInMemory(record?: ZoneRecord, client: Partial<KubeClient> = {}) {
  const facts = new Facts();
  const records = new RecordInMemory(record);
  return {
    client: clientOf(client),
    namespace: 'zonewarden',
    settings: DEFAULT_ENFORCEMENT,
    cordon: true,
    calmMs: 0,
    markKeys: () => undefined,
    records,
    record: records,
    rules: Object.assign(new Listeners(), { current: () => DEFAULT_ZONE_RULES }),
    names: { ...NO_NAMES },
    pools: new StoreInMemory<PoolView>(),
    nodeClasses: new StoreInMemory<NodeClassView>(),
    nodes: new StoreInMemory<NodeView>(),
    claims: new StoreInMemory<ClaimView>(),
    progress: new Progress(),
    facts,
    heard: new Heard(facts),
    now: () => Date.parse('2026-11-21T06:00:00Z'),
  };
}

const NO_NAMES: ProcessScene['names'] = {
  nameOf: () => undefined,
  parents: () => new Map(),
  used: () => undefined,
  reach: () => ({ reach: { unknown: 'the test does not say', zones: {}, names: {} }, isPassing: true }),
  learn() {},
};

/** A client that can only what is given. */
export function clientOf(part: Partial<KubeClient>): KubeClient {
  const refuse = () => Promise.reject(new Error('the test has no such call'));
  return {
    ...{ get: refuse, list: refuse, listAll: refuse, create: refuse, replace: refuse, patch: refuse },
    delete: refuse,
    watch() {
      throw new Error('the test has no watch');
    },
    close() {},
    ...part,
  };
}

/** Runs controllers until the test is over, or `stop` aborts; `done` resolves when they have ended. */
export function running(facts: Facts, ...controllers: readonly Controller[]) {
  const stop = new AbortController();
  const done = runControllers(controllers, facts.tell, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return { stop, done };
}
