import type { Backoff } from './backoff.ts';
import { KeyQueue } from './key-queue.ts';
import type { Form } from './object-cache.ts';

/** What the owner of a list/watch is told; each may be asynchronous, may throw, and is then called again. */
export interface ListWatchEvents<T> {
  /** The object is new or has changed. `previous` is the state for which onSet last succeeded. */
  onSet(object: T, previous: T | undefined): void | Promise<void>;
  /** The object is gone; `object` is the last state that was known. */
  onDelete(object: T): void | Promise<void>;
  /** A complete list is in the cache and each of its changes was handed to the handlers once. */
  onSync?(): void | Promise<void>;
}

interface Told<T> {
  /** What onSet was last called with and did not throw. */
  good: Form<T> | undefined;
  /** What onSet was last called with, or the object's last state before it went. */
  last: Form<T>;
}

export interface DeliveryOptions<T> {
  handlers: ListWatchEvents<T> | undefined;
  newest: (key: string) => Form<T> | undefined;
  onFailure: (key: string | undefined, error: unknown) => void;
  newBackoff: () => Backoff;
}

// No object has such a name.
const syncKey = '\u0000sync';

/**
 * Brings handlers to the newest state of each object: level-triggered, so states that were overtaken while a handler
 * was busy or failing are left out. An object that comes back under its name before its onDelete could be delivered
 * is an onSet with the old one as `previous`.
 */
export class Delivery<T> {
  readonly #options: DeliveryOptions<T>;
  readonly #told = new Map<string, Told<T>>();
  readonly #queue: KeyQueue;

  constructor(options: DeliveryOptions<T>) {
    this.#options = options;
    this.#queue = new KeyQueue({
      work: (key) => (key === syncKey ? options.handlers?.onSync?.() : this.#tell(key)),
      onFailure: (key, error) => options.onFailure(key === syncKey ? undefined : key, error),
      newBackoff: options.newBackoff,
    });
  }

  /** Resolves when the handler was called once with this change or a newer one, whether it succeeded or not. */
  changed(key: string): Promise<void> {
    return this.#options.handlers === undefined ? Promise.resolve() : this.#queue.trigger(key);
  }

  /** As `changed`, for an object that has left the cache with this form. */
  removed(key: string, form: Form<T> | undefined): Promise<void> {
    const told = this.#told.get(key);
    if (told !== undefined && form !== undefined) told.last = form;
    return this.changed(key);
  }

  /** Calls onSync. */
  synced(): Promise<void> {
    return this.#options.handlers?.onSync === undefined ? Promise.resolve() : this.#queue.trigger(syncKey);
  }

  /** After it has resolved no handler is called. Waits for handlers under way, at most `graceMs`. */
  stop(graceMs: number): Promise<void> {
    return this.#queue.stop(graceMs);
  }

  async #tell(key: string): Promise<void> {
    const current = this.#options.newest(key);
    const told = this.#told.get(key);
    if (current === undefined) return this.#tellDeleted(key, told);
    const telling: Told<T> = { good: told?.good, last: current };
    this.#told.set(key, telling);
    await this.#options.handlers?.onSet(current.value, told?.good?.value);
    telling.good = current;
  }

  async #tellDeleted(key: string, told: Told<T> | undefined): Promise<void> {
    // Came and went before any handler heard of it.
    if (told === undefined) return;
    await this.#options.handlers?.onDelete(told.last.value);
    this.#told.delete(key);
  }
}
