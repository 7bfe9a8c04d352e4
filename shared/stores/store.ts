import { createBackoff } from '../kube/backoff.ts';
import type { KubeClient, Selection } from '../kube/client.ts';
import { isNotFound, KubeError } from '../kube/errors.ts';
import { type KubeObject, objectKey, type WatchEvent } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource.ts';
import { type LoopProblem, runWatchLoop } from '../kube/watch-loop.ts';
import { HeldObjects, type View } from './held-objects.ts';
import { type Listenable, Listeners, untilHolds } from './listenable.ts';
import type { StoreProblem } from './store-problem.ts';
import { DEFAULT_TUNING, type StoreTuning } from './store-tuning.ts';

export type { View } from './held-objects.ts';

/** One kind of object as a process looks at it. */
export interface Kind<V extends View> {
  readonly type: ResourceType;
  /** Which objects of the kind; all of them unless it says otherwise. */
  readonly select?: Selection | undefined;
  /** How many are read at a time, where it is not for each kind the same: few of those that may be large. */
  readonly pageSize?: number;
  /** What all that is kept may take, in bytes, about; without a bound where it is not said. */
  readonly mostBytes?: number;
  /**
   * Makes of an object all that is kept of it. The one place where bounds on objects of this kind belong.
   * @throws for an object that cannot be judged: it stays as it last was, and its name is in `unjudgeable`
   */
  read(object: KubeObject): V;
}

/** `absent`: there is no such kind. `refused`: nobody granted the right to list it. */
export type Presence = 'unknown' | 'present' | 'absent' | 'refused';

/** All objects of one kind, one store for each kind and process. Keys are `name`, or `namespace/name`. */
export interface Store<V extends View> extends Listenable {
  /** Begins. While it runs a second call does nothing. @throws KubeError `kube.aborted` after `stop` */
  start(): void;
  /** Final, at any moment. When it resolves, nobody is told any more and no watch or list is open. */
  stop(): Promise<void>;
  /** One whole list was read, and whoever hears of it finds it so. Stays so while the API server is away. */
  readonly known: boolean;
  /** What the API server said when it was last asked for a list. */
  readonly presence: Presence;
  /** When anything was last heard of the API server, bookmarks included; milliseconds since the epoch. */
  readonly lastHeardMs: number | undefined;
  get(key: string): V | undefined;
  /** All of them; the same list as before, and of each the same view, where nothing in it is different. */
  all(): readonly V[];
  /** Keys of the objects that cannot be read as they are now. */
  readonly unjudgeable: readonly string[];
  /** Resolves when it is known, or is known to be absent or refused, or the signal aborts, or it is stopped. */
  whenKnown(signal: AbortSignal): Promise<void>;
  /** Resolves when it is known. @throws KubeError `kube.aborted` when the signal aborts or it is stopped before. */
  whenListed(signal?: AbortSignal): Promise<void>;
}

export interface StoreOptions<V extends View> {
  readonly client: KubeClient;
  readonly kind: Kind<V>;
  /** That the kind is absent or refused is told once, as a `list` problem: the list fails each 30 s while it is. */
  onProblem(problem: StoreProblem): void;
  readonly tuning?: StoreTuning | undefined;
}

/**
 * Makes a store, not yet started. Who listens hears of differences, and of each whole list (one in ten minutes), and of
 * nothing else: Karpenter and the kubelet write the status of their objects all the time. It is level-triggered. Nothing
 * is delivered object by object; whoever hears that something is different looks at what there is.
 */
export function createStore<V extends View>(options: StoreOptions<V>): Store<V> {
  return new RunningStore(options);
}

class RunningStore<V extends View> implements Store<V> {
  readonly #options: StoreOptions<V>;
  readonly #held: HeldObjects<V>;
  readonly #listeners = new Listeners();
  readonly #stopping = new AbortController();
  /** Keys of the list that is being read. */
  readonly #listed = new Set<string>();
  #loop: Promise<void> | undefined;
  known = false;
  presence: Presence = 'unknown';
  lastHeardMs: number | undefined;

  constructor(options: StoreOptions<V>) {
    this.#options = options;
    this.#held = new HeldObjects(
      (object) => options.kind.read(object),
      (key, error) => this.#report({ kind: 'parse', key, error }),
      options.kind.mostBytes,
    );
  }

  get unjudgeable(): readonly string[] {
    return this.#held.unreadable();
  }

  start(): void {
    const { plural } = this.#options.kind.type;
    if (this.#stopping.signal.aborted)
      throw new KubeError('kube.aborted', `the store of ${plural} was stopped for good, make a new one`);
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the store was stopped'));
    await this.#loop;
  }

  get(key: string): V | undefined {
    return this.#held.get(key);
  }

  all(): readonly V[] {
    return this.#held.views();
  }

  listen(changed: () => void): () => void {
    return this.#listeners.listen(changed);
  }

  async whenKnown(signal: AbortSignal): Promise<void> {
    const isSaid = () => this.known || this.presence !== 'unknown';
    await untilHolds(this, isSaid, this.#untilStop(signal)).catch(() => undefined);
  }

  whenListed(signal?: AbortSignal): Promise<void> {
    return untilHolds(this, () => this.known, this.#untilStop(signal));
  }

  #untilStop(signal?: AbortSignal): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, ...(signal === undefined ? [] : [signal])]);
  }

  #run(): Promise<void> {
    const { client, kind, tuning } = this.#options;
    const { backoffBaseMs: baseMs, backoffCapMs: capMs, ...times } = { ...DEFAULT_TUNING, ...tuning };
    return runWatchLoop(
      {
        ...{ client, type: kind.type, query: kind.select ?? {}, pageSize: kind.pageSize, ...times },
        backoff: createBackoff({ baseMs, capMs, random: times.random }),
        onListBegins: () => this.#listed.clear(),
        onPage: (objects) => this.#takePage(objects),
        onListed: () => this.#endList(),
        onEvent: (event) => this.#takeEvent(event),
        onProblem: (problem, error) => this.#hear(problem, error),
      },
      this.#stopping.signal,
    );
  }

  #takePage(objects: readonly KubeObject[]): void {
    this.lastHeardMs = Date.now();
    let isDifferent = false;
    for (const object of objects) {
      this.#listed.add(objectKey(object.metadata));
      if (this.#held.put(object)) isDifferent = true;
    }
    if (isDifferent) this.#tell();
  }

  #endList(): void {
    this.#held.keepOnly(this.#listed);
    this.#listed.clear();
    this.known = true;
    this.presence = 'present';
    this.#tell();
  }

  #takeEvent({ type, object }: WatchEvent): void {
    this.lastHeardMs = Date.now();
    if (type === 'BOOKMARK') return;
    const isDifferent =
      type === 'DELETED' ? this.#held.remove(objectKey(object.metadata)) : this.#held.put(object);
    if (isDifferent) this.#tell();
  }

  #hear(kind: LoopProblem, error: unknown): void {
    const presence = kind === 'list' ? presenceBy(error) : undefined;
    const isTold = presence !== undefined && presence === this.presence;
    if (!isTold) this.#report(error === undefined ? { kind } : { kind, error });
    if (isTold || presence === undefined) return;
    this.presence = presence;
    this.#tell();
  }

  #tell(): void {
    if (this.#stopping.signal.aborted) return;
    this.#listeners.tell((error) => this.#report({ kind: 'handler', error }));
  }

  /** A reporter that throws must not end the loop that it reports on. */
  #report(problem: StoreProblem): void {
    try {
      this.#options.onProblem(problem);
    } catch {
      // Nobody is left to be told.
    }
  }
}

/** What a list that failed says of the kind itself. */
function presenceBy(error: unknown): Presence | undefined {
  if (isNotFound(error)) return 'absent';
  return error instanceof KubeError && error.code === 'kube.forbidden' ? 'refused' : undefined;
}
