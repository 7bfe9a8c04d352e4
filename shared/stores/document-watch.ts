import type { KubeClient } from '../kube/client.ts';
import { resources } from '../kube/resource.ts';
import type { Listenable } from './listenable.ts';
import { oneObject } from './one-object.ts';
import { createStore } from './store.ts';
import type { StoreProblem } from './store-problem.ts';
import type { StoreTuning } from './store-tuning.ts';

/** A document that people keep in a ConfigMap of its own, followed. Who listens hears of each edit, also of a bad one. */
export interface DocumentWatch<T> extends Listenable {
  start(): void;
  stop(): Promise<void>;
  /** What is in force: the last good one, the defaults while none was read. */
  current(): T;
  /** Whether the API server was asked once. */
  isKnown(): boolean;
  /** Why what is in force is not what the ConfigMap says, in words; `undefined` when it is. */
  problem(): string | undefined;
  /**
   * Resolves when the API server was asked once and `current()` is what it said. @throws KubeError `kube.aborted` when
   * the signal aborts or the watch is stopped before.
   */
  whenKnown(signal?: AbortSignal): Promise<void>;
}

/** One such document. */
export interface DocumentKind<T> {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** What holds without a ConfigMap. */
  readonly defaults: T;
  /** Reads `data` and `binaryData`. @throws what `isUnreadable` knows where they cannot be read */
  read(object: Readonly<Record<string, unknown>>): T;
  isUnreadable(error: unknown): error is Error;
}

export interface DocumentWatchOptions<T> {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly document: DocumentKind<T>;
  /** `unreadable`: the document is bad, once for each such edit. All else is the store's. */
  onProblem(kind: StoreProblem['kind'] | 'unreadable', error: unknown): void;
  readonly tuning?: StoreTuning | undefined;
}

/**
 * Watches one ConfigMap with a document. What cannot be read changes nothing: the last good document stays in force until
 * it is mended. A ConfigMap that is not there, or is deleted, means the defaults.
 *
 * The store holds the text, and it is read by the first who listens to it: of an object that a store itself cannot read,
 * the view stays, and that a bad edit follows a bad one could not be told.
 */
export function createDocumentWatch<T>(options: DocumentWatchOptions<T>): DocumentWatch<T> {
  const { client, namespace, tuning } = options;
  const { name, defaults, read, isUnreadable } = options.document;
  const at = { namespace, name };
  let value = defaults;
  let problem: string | undefined;
  const store = createStore({
    client,
    kind: oneObject(resources.configMaps, at, ({ data, binaryData }) => ({ data, binaryData })),
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    tuning,
  });
  let seen: ReturnType<typeof store.get>;
  store.listen(() => {
    const view = store.get(`${namespace}/${name}`);
    if (view === seen) return;
    try {
      value = view === undefined ? defaults : read(view);
      problem = undefined;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      problem = error.message;
      options.onProblem('unreadable', error);
    }
    seen = view;
  });
  const unread = `ConfigMap ${namespace}/${name} has not been read yet; the defaults hold until it is`;
  return {
    start: () => store.start(),
    stop: () => store.stop(),
    listen: (changed) => store.listen(changed),
    current: () => value,
    isKnown: () => store.known,
    problem: () => problem ?? (store.known ? undefined : unread),
    whenKnown: (signal) => store.whenListed(signal),
  };
}
