import { createBackoff } from './backoff.ts';
import type { KubeClient, Selection } from './client.ts';
import { Delivery, type ListWatchEvents } from './delivery.ts';
import { KubeError } from './errors.ts';
import { handlerBackoff } from './key-queue.ts';
import { type KubeObject, objectKey, type WatchEvent } from './object.ts';
import { ObjectCache } from './object-cache.ts';
import type { ResourceType } from './resource.ts';
import { type LoopProblem, runWatchLoop } from './watch-loop.ts';

export type { ListWatchEvents } from './delivery.ts';

/**
 * `closed` is the server's ordinary end of a watch (no error); `gone` a 410; `inactive` a silent connection, dead or
 * just idle: ordinary on a quiet cluster; `list` and `watch` any other failure; `parse` and `handler` carry the key of
 * their object (none: onSync has thrown).
 */
export interface ListWatchProblem {
  kind: LoopProblem | 'parse' | 'handler';
  error?: unknown;
  key?: string | undefined;
}

/**
 * Whether somebody should look at it. A watch that the server ends, and one that was silent for long (an idle cluster
 * sends bookmarks rarely), are followed by the next one and lose nothing.
 */
export function isTrouble(kind: ListWatchProblem['kind']): boolean {
  return kind !== 'closed' && kind !== 'inactive';
}

export interface ListWatchTuning {
  /** Bounds of the random `timeoutSeconds` of a watch. Default 300 to 600, as client-go's reflector. */
  watchTimeoutSeconds?: [number, number] | undefined;
  /**
   * Silence after which a connection is taken for dead. Default 150 s. Bookmarks come once a minute, but not for a
   * collection in which nothing has happened since the watch began (k8s cacher/cache_watcher.go): on a quiet API
   * server 1.36 the first one came after two minutes. A peer that is gone is noticed within 40 s by TCP keep-alive;
   * this is for what still acknowledges and no longer speaks. On an idle server it costs a connection, no more.
   */
  inactivityMs?: number | undefined;
  /** Safety net against anything missed. Default 10 minutes, less up to a fifth. */
  relistEveryMs?: number | undefined;
  /** Back-off of the connection and of failing handlers. Default 500 ms (100 ms for handlers) to 30 s. */
  backoffBaseMs?: number | undefined;
  backoffCapMs?: number | undefined;
  /** A watch that lasted this long resets the back-off. Default one minute. */
  healthyMs?: number | undefined;
  /** A watch that the server closes earlier counts as a failure. Default one second, as client-go's reflector. */
  shortWatchMs?: number | undefined;
  /** How long `stop` waits for handlers that are under way. Default 5 s. */
  stopGraceMs?: number | undefined;
  random?: (() => number) | undefined;
}

export interface ListWatchOptions<T> {
  client: KubeClient;
  type: ResourceType;
  query?: Selection | undefined;
  /** Makes of an object what is to be kept. A throw is reported, and the object stays as it last was. */
  parse: (object: KubeObject) => T;
  handlers?: ListWatchEvents<T> | undefined;
  onProblem?: ((problem: ListWatchProblem) => void) | undefined;
  tuning?: ListWatchTuning | undefined;
}

/** A cache of all objects of one kind, kept up to date until it is stopped. Keys are `namespace/name` or `name`. */
export interface ListWatch<T> {
  /** Begins. While it runs a second call does nothing. @throws KubeError `kube.aborted` after `stop`. */
  start(): void;
  /**
   * Final, at any moment. When it resolves, no handler will be called and no watch or list is open; a handler that
   * was under way was waited for, but not longer than `stopGraceMs`. Not to be awaited inside a handler.
   */
  stop(): Promise<void>;
  /**
   * True once the first complete list is in the cache and each of its objects, and onSync, was handed to the
   * handlers once, whether they succeeded or not: one broken object does not keep a process from becoming ready.
   * Stays true while the connection is lost; `lastEventAt` tells how old the cache may be.
   */
  readonly synced: boolean;
  /** When anything was last heard of the server, bookmarks included; milliseconds since the epoch. */
  readonly lastEventAt: number | undefined;
  get(key: string): T | undefined;
  list(): T[];
  /** Resolves when `synced`. @throws KubeError `kube.aborted` when the signal aborts or it is stopped before. */
  whenSynced(signal?: AbortSignal): Promise<void>;
}

/**
 * Makes a list/watch, not yet started. The cache is up to date before handlers are called. Handlers are called one
 * at a time per key, side by side for different keys, and again after a back-off until they succeed.
 */
export function createListWatch<T>(options: ListWatchOptions<T>): ListWatch<T> {
  return new RunningListWatch(options);
}

class RunningListWatch<T> implements ListWatch<T> {
  readonly #options: ListWatchOptions<T>;
  readonly #stopping = new AbortController();
  // Serves as a latch: aborted means synced.
  readonly #syncing = new AbortController();
  readonly #cache: ObjectCache<T>;
  readonly #delivery: Delivery<T>;
  #loop: Promise<void> | undefined;
  /** Of the list that is being read: which objects there are, and the handlers' first attempts. */
  #listing: { readonly present: Set<string>; readonly tried: Promise<void>[] } = {
    present: new Set(),
    tried: [],
  };
  #lastEventAt: number | undefined;

  constructor(options: ListWatchOptions<T>) {
    const { random, backoffBaseMs, backoffCapMs } = options.tuning ?? {};
    this.#options = options;
    this.#cache = new ObjectCache(options.parse, (key, error) => this.#report({ kind: 'parse', key, error }));
    this.#delivery = new Delivery<T>({
      handlers: options.handlers,
      newest: (key) => this.#cache.formOf(key),
      onFailure: (key, error) => this.#report({ kind: 'handler', key, error }),
      newBackoff: () => handlerBackoff(random, backoffBaseMs, backoffCapMs),
    });
  }

  get synced(): boolean {
    return this.#syncing.signal.aborted;
  }

  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  get(key: string): T | undefined {
    return this.#cache.formOf(key)?.value;
  }

  list(): T[] {
    return this.#cache.values();
  }

  start(): void {
    if (this.#stopping.signal.aborted) {
      throw new KubeError(
        'kube.aborted',
        `the list/watch of ${this.#options.type.plural} was stopped for good, make a new one`,
      );
    }
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the list/watch was stopped'));
    await Promise.all([this.#loop, this.#delivery.stop(this.#options.tuning?.stopGraceMs ?? 5_000)]);
  }

  whenSynced(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const synced = this.#syncing.signal;
      const enders = [signal, this.#stopping.signal].filter((each) => each !== undefined);
      const settle = () => {
        synced.removeEventListener('abort', settle);
        for (const ender of enders) ender.removeEventListener('abort', settle);
        if (this.synced) resolve();
        else reject(new KubeError('kube.aborted', `gave up waiting for ${this.#options.type.plural}`));
      };
      if (synced.aborted || enders.some((ender) => ender.aborted)) return settle();
      synced.addEventListener('abort', settle);
      for (const ender of enders) ender.addEventListener('abort', settle);
    });
  }

  #run(): Promise<void> {
    const { client, type, query = {}, tuning = {} } = this.#options;
    const random = tuning.random ?? Math.random;
    return runWatchLoop(
      {
        client,
        type,
        query,
        random,
        backoff: createBackoff({
          baseMs: tuning.backoffBaseMs ?? 500,
          capMs: tuning.backoffCapMs ?? 30_000,
          random,
        }),
        watchTimeoutSeconds: tuning.watchTimeoutSeconds ?? [300, 600],
        inactivityMs: tuning.inactivityMs ?? 150_000,
        relistEveryMs: tuning.relistEveryMs ?? 600_000,
        healthyMs: tuning.healthyMs ?? 60_000,
        shortWatchMs: tuning.shortWatchMs ?? 1_000,
        onListBegins: () => this.#beginList(),
        onPage: (objects) => this.#takePage(objects),
        onListed: () => this.#endList(),
        onEvent: (event) => this.#takeEvent(event),
        onProblem: (kind, error) => this.#report(error === undefined ? { kind } : { kind, error }),
      },
      this.#stopping.signal,
    );
  }

  #beginList(): void {
    this.#listing = { present: new Set(), tried: [] };
  }

  #takePage(objects: readonly KubeObject[]): void {
    this.#lastEventAt = Date.now();
    for (const object of objects) {
      this.#listing.present.add(objectKey(object.metadata));
      const key = this.#cache.put(object);
      if (key !== undefined) this.#listing.tried.push(this.#delivery.changed(key));
    }
  }

  #endList(): void {
    const { present, tried } = this.#listing;
    for (const key of this.#cache.missingFrom(present))
      tried.push(this.#delivery.removed(key, this.#cache.remove(key)));
    this.#beginList();
    void this.#sync(tried);
  }

  async #sync(tried: Promise<void>[]): Promise<void> {
    await Promise.all(tried);
    await this.#delivery.synced();
    if (!this.#stopping.signal.aborted) this.#syncing.abort();
  }

  #takeEvent({ type, object }: WatchEvent): void {
    this.#lastEventAt = Date.now();
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') {
      const key = objectKey(object.metadata);
      void this.#delivery.removed(key, this.#cache.remove(key));
      return;
    }
    const key = this.#cache.put(object);
    if (key !== undefined) void this.#delivery.changed(key);
  }

  /** A reporter that throws must not end the loop that it reports on. */
  #report(problem: ListWatchProblem): void {
    try {
      this.#options.onProblem?.(problem);
    } catch {
      // Nobody is left to be told.
    }
  }
}
