import type { MarkKeys } from '../enforcement/mark-keys.ts';
import type { AdmissionTokens } from '../keys/admission-tokens.ts';
import { KEYS_SECRET_NAME, type Keys } from '../keys/keys-document.ts';
import { isRotationDue, markKeysAt } from '../keys/mark-key-ring.ts';
import type { KeysChange } from '../keys/tend-keys.ts';
import { createBackoff } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import { KeyQueue } from '../kube/key-queue.ts';
import { resources } from '../kube/resource.ts';
import { ensureKeys } from './keys-secret.ts';
import { type Listenable, Listeners } from './listenable.ts';
import { oneObject } from './one-object.ts';
import { createStore } from './store.ts';
import { isTrouble } from './store-problem.ts';
import type { StoreTuning } from './store-tuning.ts';

/** How often it is looked whether a key is due: hours of a month. */
const TICK_MS = 3_600_000;
/** One process makes a new key for marks at most once in this time, however far its clock is from that of others. */
const ROTATE_AT_MOST_EVERY_MS = 86_400_000;
/** A webhook is not ready without its keys: after an outage of the API server they are looked for again this soon. */
const BACKOFF_CAP_MS = 5_000;
/** How long a write under way may take when the process ends. */
const STOP_MS = 5_000;

/** The product's keys, followed and kept in order by each process. */
export interface KeysWatch extends Listenable {
  start(): void;
  stop(): Promise<void>;
  /** The keys for marks; `undefined` while none were read or made. Asked for each time: which one makes marks changes. */
  markKeys(): MarkKeys | undefined;
  /** The tokens in the path of admission requests, the newest first; `undefined` while none were read or made. */
  tokens(): AdmissionTokens | undefined;
  /** Why there are no keys, in words; `undefined` when there are. */
  problem(): string | undefined;
  /** Asks for a token to follow this one. Nothing happens where another one follows it already. */
  retire(token: string): void;
}

export interface KeysWatchOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The manager of the fields that are written. */
  readonly fieldManager: string;
  /** This process wrote the Secret. */
  onWrite(changes: readonly KeysChange[]): void;
  /** It could not be read or written; it is tried again. */
  onProblem(error: unknown): void;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly tickMs?: number | undefined;
  readonly tuning?: StoreTuning | undefined;
}

/**
 * Follows the Secret of the keys, and makes, restores and rotates them. The process that comes first does, watcher or
 * webhook. What was read stays while the API server is away.
 */
export function createKeysWatch(options: KeysWatchOptions): KeysWatch {
  return new RunningKeysWatch(options);
}

class RunningKeysWatch implements KeysWatch {
  readonly #options: KeysWatchOptions;
  readonly #store: ReturnType<typeof storeOf>;
  readonly #queue: KeyQueue;
  readonly #listeners = new Listeners();
  #held: Keys | undefined;
  #retire: string | undefined;
  #rotatedMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeysWatchOptions) {
    this.#options = options;
    const {
      random,
      backoffBaseMs: baseMs = 100,
      backoffCapMs: capMs = BACKOFF_CAP_MS,
    } = options.tuning ?? {};
    this.#store = storeOf(options);
    this.#queue = new KeyQueue({
      work: () => this.#ensure(),
      onFailure: (_key, error) => options.onProblem(error),
      newBackoff: () => createBackoff({ baseMs, capMs, random }),
    });
    this.#store.listen(() => this.#look());
  }

  start(): void {
    this.#store.start();
    this.#timer = setInterval(() => this.#lookIfDue(), this.#options.tickMs ?? TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#store.stop(), this.#queue.stop(STOP_MS)]);
  }

  listen(changed: () => void): () => void {
    return this.#listeners.listen(changed);
  }

  markKeys(): MarkKeys | undefined {
    return this.#held && markKeysAt(this.#held.markKeys, this.#options.now());
  }

  tokens(): AdmissionTokens | undefined {
    return this.#held?.tokens;
  }

  problem(): string | undefined {
    const { namespace } = this.#options;
    return this.#held === undefined
      ? `Secret ${namespace}/${KEYS_SECRET_NAME} has not been read or made yet`
      : undefined;
  }

  retire(token: string): void {
    if (this.#held?.tokens[0]?.token !== token) return;
    this.#retire = token;
    this.#look();
  }

  /** The Secret was written, or something is due. What is wrong with it is found out, and mended, by who writes. */
  #look(): void {
    if (this.#store.known) this.#queue.trigger(KEYS_SECRET_NAME);
  }

  #lookIfDue(): void {
    if (this.#held === undefined || isRotationDue(this.#held.markKeys, this.#options.now())) this.#look();
  }

  async #ensure(): Promise<void> {
    const nowMs = this.#options.now();
    const { keys, changes } = await ensureKeys(this.#options, {
      ...{ held: this.#held, nowMs, retire: this.#retire },
      justRotated: Math.abs(nowMs - this.#rotatedMs) < ROTATE_AT_MOST_EVERY_MS,
    });
    if (changes.some(({ part, what }) => part === 'markKeys' && what === 'rotated')) this.#rotatedMs = nowMs;
    this.#held = keys;
    if (keys.tokens[0]?.token !== this.#retire) this.#retire = undefined;
    if (changes.length > 0) this.#options.onWrite(changes);
    this.#listeners.tell();
  }
}

function storeOf({ client, namespace, onProblem, tuning }: KeysWatchOptions) {
  return createStore({
    client,
    // What it holds is read by who judges it, from the API server itself: it may have to write it.
    kind: oneObject(resources.secrets, { namespace, name: KEYS_SECRET_NAME }, () => ({})),
    onProblem: ({ kind, error }) => isTrouble(kind) && onProblem(error),
    tuning: { backoffCapMs: BACKOFF_CAP_MS, ...tuning },
  });
}
