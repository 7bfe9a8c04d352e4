import { type Backoff, createBackoff } from './backoff.ts';

interface Entry {
  running: boolean;
  /** Triggered since the last attempt began. */
  again: boolean;
  retry: NodeJS.Timeout | undefined;
  readonly backoff: Backoff;
  waiting: (() => void)[];
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

  /** Asks for a run. Resolves when a run that began after this call has ended, well or badly, or the queue has stopped. */
  trigger(key: string): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    const entry = this.#entryOf(key);
    clearTimeout(entry.retry);
    entry.retry = undefined;
    entry.again = true;
    const tried = new Promise<void>((resolve) => entry.waiting.push(resolve));
    if (!entry.running) this.#start(key, entry);
    return tried;
  }

  /** Final: no run begins any more. Resolves when those under way have ended, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const entry of this.#entries.values()) {
      clearTimeout(entry.retry);
      for (const resolve of entry.waiting) resolve();
    }
    this.#entries.clear();
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
    const entry: Entry = {
      running: false,
      again: false,
      retry: undefined,
      backoff: this.#options.newBackoff(),
      waiting: [],
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #start(key: string, entry: Entry): void {
    const run = this.#run(key, entry).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(key: string, entry: Entry): Promise<void> {
    entry.running = true;
    while (entry.again && !this.#stopped) {
      entry.again = false;
      const waiting = entry.waiting;
      entry.waiting = [];
      const failed = await this.#attempt(key);
      for (const resolve of waiting) resolve();
      if (!failed) entry.backoff.reset();
      else if (!entry.again && !this.#stopped) this.#retryLater(key, entry);
    }
    entry.running = false;
    // Nothing is kept for a key without trouble: objects come and go for months.
    if (entry.retry === undefined) this.#entries.delete(key);
  }

  async #attempt(key: string): Promise<boolean> {
    try {
      await this.#options.work(key);
      return false;
    } catch (error) {
      this.#options.onFailure(key, error);
      return true;
    }
  }

  #retryLater(key: string, entry: Entry): void {
    entry.retry = setTimeout(() => {
      entry.retry = undefined;
      entry.again = true;
      this.#start(key, entry);
    }, entry.backoff.next());
  }
}

/** The back-off of failing handlers: from a tenth of a second up to half a minute. */
export const handlerBackoff = (random?: () => number, baseMs = 100, capMs = 30_000): Backoff =>
  createBackoff({ baseMs, capMs, random });
