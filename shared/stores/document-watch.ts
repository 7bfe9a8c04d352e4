import type { KubeClient } from '../kube/client.ts';
import { createListWatch, type ListWatchProblem, type ListWatchTuning } from '../kube/list-watch.ts';
import { resources } from '../kube/resource.ts';

/** A document that people keep in a ConfigMap of its own, followed. */
export interface DocumentWatch<T> {
  start(): void;
  stop(): Promise<void>;
  /** What is in force: the last good one, the defaults while none was read. */
  current(): T;
  /** Why what is in force is not what the ConfigMap says, in words; `undefined` when it is. */
  problem(): string | undefined;
  /**
   * Resolves when the API server was asked once and `current()` is what it said. @throws KubeError `kube.aborted` when
   * the signal aborts or the watch is stopped before.
   */
  whenKnown(signal?: AbortSignal): Promise<void>;
}

export interface DocumentWatchOptions<T> {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Name of the ConfigMap. */
  readonly name: string;
  /** What holds without a ConfigMap. */
  readonly defaults: T;
  /** Reads `data` and `binaryData`. @throws what `isUnreadable` knows where they cannot be read */
  read(object: Readonly<Record<string, unknown>>): T;
  isUnreadable(error: unknown): error is Error;
  /** What is in force, once it is known and after each change of the ConfigMap that can be read; equal ones as well. */
  onValue(value: T): void;
  /** `unreadable`: the document is bad, once for each such edit. All else is the list/watch's. */
  onProblem(kind: ListWatchProblem['kind'] | 'unreadable', error: unknown): void;
  readonly tuning?: ListWatchTuning | undefined;
}

/**
 * Watches one ConfigMap with a document. What cannot be read changes nothing: the last good document stays in force until
 * it is mended. A ConfigMap that is not there, or is deleted, means the defaults.
 *
 * The text is read by the handler, not by the list/watch's `parse`: what throws there never reaches a handler, and
 * neither an edit that follows a bad one nor a deletion could then be told from silence.
 */
export function createDocumentWatch<T>(options: DocumentWatchOptions<T>): DocumentWatch<T> {
  const { name, defaults } = options;
  let value = defaults;
  let problem: string | undefined;
  let isTold = false;
  const tell = () => {
    options.onValue(value);
    isTold = true;
  };
  const watch = createListWatch({
    client: options.client,
    type: resources.configMaps,
    query: { namespace: options.namespace, fieldSelector: `metadata.name=${name}` },
    parse: ({ data, binaryData }) => ({ data, binaryData }),
    handlers: {
      onSet(object) {
        try {
          value = options.read(object);
        } catch (error) {
          if (!options.isUnreadable(error)) throw error;
          problem = error.message;
          options.onProblem('unreadable', error);
          return;
        }
        problem = undefined;
        tell();
      },
      onDelete() {
        value = defaults;
        problem = undefined;
        tell();
      },
      onSync: () => (isTold ? undefined : tell()),
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    ...(options.tuning === undefined ? {} : { tuning: options.tuning }),
  });
  const where = `ConfigMap ${options.namespace}/${name}`;
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    current: () => value,
    problem: () =>
      problem ?? (watch.synced ? undefined : `${where} has not been read yet; the defaults hold until it is`),
    whenKnown: (signal) => watch.whenSynced(signal),
  };
}
