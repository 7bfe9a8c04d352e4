import type { Backoff } from './backoff.ts';

interface Entry {
  isRunning: boolean;
  /** Triggered since the last attempt began. */
  again: boolean;
  retry: NodeJS.Timeout | undefined;
  readonly backoff: Backoff;
}

export interface KeyQueueOptions {
  /** Brings the outside world to the newest state of this key. A throw means: again, after a back-off. */
  work: (key: string) => void | Promise<void>;
  onFailure: (key: string, error: unknown) => void;
  newBackoff: () => Backoff;
}

/**
 * Runs work per key: never twice at a time for one key, keys side by side, failed keys again after a back-off,
 * and at once when they are triggered anew. Triggers that come while a key is busy become one further run.
 */
export class KeyQueue {
  readonly #options: KeyQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: KeyQueueOptions) {
    this.#options = options;
  }

  /** Asks for a run. */
  trigger(key: string): void {
    if (this.#stopped) return;
    const entry = this.#entryOf(key);
    clearTimeout(entry.retry);
    entry.again = true;
    if (entry.isRunning) return;
    const run = this.#run(key, entry).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Final: no run begins any more. Resolves when those under way have ended, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const { retry } of this.#entries.values()) clearTimeout(retry);
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(this.#running), grace]);
    clearTimeout(timer);
  }

  #entryOf(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const backoff = this.#options.newBackoff();
    const entry = { isRunning: false, again: false, retry: undefined, backoff };
    this.#entries.set(key, entry);
    return entry;
  }

  async #run(key: string, entry: Entry): Promise<void> {
    entry.isRunning = true;
    while (entry.again && !this.#stopped) {
      entry.again = false;
      try {
        await this.#options.work(key);
        entry.backoff.reset();
      } catch (error) {
        this.#options.onFailure(key, error);
        if (!entry.again && !this.#stopped)
          entry.retry = setTimeout(() => this.trigger(key), entry.backoff.next());
      }
    }
    entry.isRunning = false;
  }
}
