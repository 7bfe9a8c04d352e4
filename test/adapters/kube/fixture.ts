import { onTestFinished } from 'vitest';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import {
  createListWatch,
  type ListWatch,
  type ListWatchOptions,
  type ListWatchProblem,
} from '../../../shared/kube/list-watch.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
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

/** What a NodePool is parsed to in these tests. */
export interface Pool {
  name: string;
  weight: number;
}

export function parsePool(object: KubeObject): Pool {
  const { spec } = object;
  if (typeof spec !== 'object' || spec === null || !('weight' in spec) || typeof spec.weight !== 'number') {
    throw new Error('a NodePool without a weight');
  }
  return { name: object.metadata.name ?? '', weight: spec.weight };
}

export interface Watched {
  readonly pools: ListWatch<Pool>;
  /** What the handlers were told, in order: `set a 1` or `delete a 1`, and `sync`. */
  readonly told: string[];
  readonly problems: ListWatchProblem[];
  /** The kinds of the problems, in order. */
  kinds(): string[];
}

/** A list/watch of NodePools with small times, that ends with the test. */
export function watchPools(api: KubeApi, options: Partial<ListWatchOptions<Pool>> = {}): Watched {
  const told: string[] = [];
  const problems: ListWatchProblem[] = [];
  const pools = createListWatch<Pool>({
    client: clientOf(api),
    type: resources.nodePools,
    parse: parsePool,
    handlers: {
      onSet: (pool) => void told.push(`set ${pool.name} ${pool.weight}`),
      onDelete: (pool) => void told.push(`delete ${pool.name} ${pool.weight}`),
      onSync: () => void told.push('sync'),
    },
    onProblem: (problem) => problems.push(problem),
    ...options,
    tuning: { backoffBaseMs: 2, backoffCapMs: 10, ...options.tuning },
  });
  onTestFinished(() => pools.stop());
  return { pools, told, problems, kinds: () => problems.map(({ kind }) => kind) };
}

/** Starts, and waits until it is synced and its watch is open. */
export async function started(api: KubeApi, options: Partial<ListWatchOptions<Pool>> = {}): Promise<Watched> {
  const watched = watchPools(api, options);
  watched.pools.start();
  await watched.pools.whenSynced();
  await until(() => api.openWatches === 1);
  return watched;
}

/** Proves that the list/watch still hears: a change made now arrives. */
export async function expectAlive(api: KubeApi, { pools }: Watched): Promise<void> {
  const weight = Math.floor(Math.random() * 1e9);
  api.put(resources.nodePools, nodePool('alive', weight));
  await until(() => pools.get('alive')?.weight === weight);
}

/** An hour: a back-off that no test can outwait, to see that one was entered. */
export const forever = { backoffBaseMs: 3_600_000, backoffCapMs: 3_600_000, random: () => 0.5 };
