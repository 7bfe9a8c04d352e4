import { onTestFinished } from 'vitest';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { createStore, type Kind, type Store, type View } from '../../../shared/stores/store.ts';
import type { StoreProblem } from '../../../shared/stores/store-problem.ts';
import type { StoreTuning } from '../../../shared/stores/store-tuning.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';

/** A stand-in API server that ends with the test. */
export async function standIn(tls?: { key: string; cert: string }): Promise<KubeApi> {
  const api = await startKubeApi(tls);
  onTestFinished(() => api.stop());
  return api;
}

/** A client of the stand-in that ends with the test. */
export function clientOf(api: KubeApi, requestTimeoutMs?: number): KubeClient {
  const kubeConfig = loadKubeConfig(api.kubeconfigPath);
  const client = createKubeClient({ kubeConfig, userAgent: 'zonewarden-test', requestTimeoutMs });
  onTestFinished(() => client.close());
  return client;
}

/** Polls until the condition holds; the test's own time limit ends a wait that never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The error of a promise that has to fail. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error,
  );
}

export const nodePool = (name: string, weight: number): KubeObject => ({
  metadata: { name },
  spec: { weight },
});

/** What is kept of a NodePool in these tests. */
export interface Pool {
  name: string;
  weight: number;
}

function readWeight(object: KubeObject): Pool {
  const { spec } = object;
  if (typeof spec !== 'object' || spec === null || !('weight' in spec) || typeof spec.weight !== 'number') {
    throw new Error('a NodePool without a weight');
  }
  return { name: object.metadata.name ?? '', weight: spec.weight };
}

/**
 * What a store tells, in words: by what was there when it told the last time, `set a 1` or `delete a 1`, and `sync`
 * when its first whole list was read.
 */
export function wordsOf<V extends View>(store: Store<V>, say: (view: V) => string): string[] {
  const told: string[] = [];
  let before = new Map<string, V>();
  let wasKnown = false;
  store.listen(() => {
    const now = new Map(store.all().map((view) => [view.name, view]));
    for (const [name, view] of now) if (before.get(name) !== view) told.push(`set ${say(view)}`);
    for (const [name, view] of before) if (!now.has(name)) told.push(`delete ${say(view)}`);
    if (store.known && !wasKnown) told.push('sync');
    before = now;
    wasKnown = store.known;
  });
  return told;
}

export interface Watched {
  readonly pools: Store<Pool>;
  /** `wordsOf` the store, as in `set a 1`. */
  readonly told: string[];
  readonly problems: StoreProblem[];
  /** The kinds of the problems, in order. */
  kinds(): string[];
}

interface Watching {
  readonly select?: Kind<Pool>['select'];
  readonly tuning?: StoreTuning;
  readonly onProblem?: (problem: StoreProblem) => void;
}

/** A store of NodePools with small times, that ends with the test. */
export function watchPools(api: KubeApi, { select, tuning, onProblem }: Watching = {}): Watched {
  const problems: StoreProblem[] = [];
  const pools = createStore<Pool>({
    client: clientOf(api),
    kind: { type: resources.nodePools, select, read: readWeight },
    onProblem: onProblem ?? ((problem) => problems.push(problem)),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10, ...tuning },
  });
  const told = wordsOf(pools, ({ name, weight }) => `${name} ${weight}`);
  onTestFinished(() => pools.stop());
  return { pools, told, problems, kinds: () => problems.map(({ kind }) => kind) };
}

/** Starts, and waits until it is known and its watch is open. */
export async function started(api: KubeApi, watching: Watching = {}): Promise<Watched> {
  const watched = watchPools(api, watching);
  watched.pools.start();
  await watched.pools.whenListed();
  await until(() => api.openWatches === 1);
  return watched;
}

/** Proves that the store still hears: a change made now arrives. */
export async function expectAlive(api: KubeApi, { pools }: Watched): Promise<void> {
  const weight = Math.floor(Math.random() * 1e9);
  api.put(resources.nodePools, nodePool('alive', weight));
  await until(() => pools.get('alive')?.weight === weight);
}

/** An hour: a back-off that no test can outwait, to see that one was entered. */
export const forever = { backoffBaseMs: 3_600_000, backoffCapMs: 3_600_000, random: () => 0.5 };
