import { onTestFinished } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import {
  createStore,
  type Kind,
  type Store,
  type StoreOptions,
  type View,
} from '../../../shared/stores/store.ts';
import type { StoreProblem } from '../../../shared/stores/store-problem.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, until } from '../kube/fixture.ts';

/** A signal that never aborts. */
export const never = new AbortController().signal;

export interface Stored<V extends View> {
  readonly store: Store<V>;
  /** What whoever listens found each time that he was told. */
  readonly told: Seen[];
  readonly problems: StoreProblem[];
}

export interface Seen {
  readonly known: boolean;
  readonly presence: string;
  readonly names: readonly string[];
  readonly unjudgeable: readonly string[];
}

/** A store with small times that ends with the test, not yet started. */
export function storeOf<V extends View>(
  api: KubeApi,
  kind: Kind<V>,
  tuning: StoreOptions<V>['tuning'] = {},
): Stored<V> {
  const told: Seen[] = [];
  const problems: StoreProblem[] = [];
  const store = createStore({
    client: clientOf(api),
    kind,
    onProblem: (problem) => problems.push(problem),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10, ...tuning },
  });
  store.listen(() => {
    const { known, presence, unjudgeable } = store;
    told.push({ known, presence, names: store.all().map(({ name }) => name), unjudgeable });
  });
  onTestFinished(() => store.stop());
  return { store, told, problems };
}

/** Starts, and waits until the first list was read and the watch is open. */
export async function startedStore<V extends View>(
  api: KubeApi,
  kind: Kind<V>,
  tuning: StoreOptions<V>['tuning'] = {},
): Promise<Stored<V>> {
  const stored = storeOf(api, kind, tuning);
  stored.store.start();
  await stored.store.whenKnown(never);
  await until(() => api.openWatches === 1);
  return stored;
}

/** A NodePool in these zones, with a status that says how many nodes it has. */
export function pool(name: string, zones: readonly string[], nodes = 0): KubeObject {
  const requirements = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }];
  return { metadata: { name }, spec: { template: { spec: { requirements } } }, status: { nodes } };
}

/** What the CRD would not have stored. */
export const oddPool = (name: string): KubeObject => ({ metadata: { name }, spec: { template: 'none' } });

/** Makes a change and waits until the store has it: what was to be told before it was told. */
export async function marked<V extends View>(
  { store }: Stored<V>,
  put: (name: string) => void,
): Promise<void> {
  const name = `marker-${Math.floor(Math.random() * 1e9)}`;
  put(name);
  await until(() => store.get(name) !== undefined);
}
