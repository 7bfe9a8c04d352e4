import type { MessageQueue } from './message-queue.ts';
import { QueueError } from './queue-trouble.ts';

/** A queue may get a dead-letter queue, or lose it. */
const ASK_AGAIN_MS = 10 * 60 * 1000;
/** What could not be found out may be so in a moment. */
const ASK_AGAIN_AFTER_FAILURE_MS = 60 * 1000;

interface RedriveOptions {
  readonly queue: Pick<MessageQueue, 'hasDeadLetterQueue'>;
  onKnown(): void;
  onFailed(error: unknown): void;
  /** Milliseconds of a clock that only goes forward. */
  elapsed?(): number;
}

/**
 * Whether the queue moves messages that fail again and again to a dead-letter queue. Without the right to ask, unreadable
 * messages are treated as if there were none; that is told once, and not with every poll. What was known before a failure
 * stays: to delete a message that has a dead-letter queue would be to lose it.
 */
export class Redrive {
  readonly #options: RedriveOptions;
  readonly #elapsed: () => number;
  #known = false;
  #askMs = Number.NEGATIVE_INFINITY;
  #told: string | undefined;

  constructor(options: RedriveOptions) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
  }

  get isConfigured(): boolean {
    return this.#known;
  }

  /** The queue may be another one now: it is asked again at the next refresh. */
  forget(): void {
    this.#askMs = Number.NEGATIVE_INFINITY;
  }

  /** Asks where it is time to. Never rejects. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#elapsed() < this.#askMs) return;
    this.#askMs = this.#elapsed() + ASK_AGAIN_MS;
    try {
      this.#known = await this.#options.queue.hasDeadLetterQueue(signal);
      this.#told = undefined;
      this.#options.onKnown();
    } catch (error) {
      if (signal.aborted) return;
      this.#askMs = this.#elapsed() + ASK_AGAIN_AFTER_FAILURE_MS;
      const problem = error instanceof QueueError ? error.code : String(error);
      if (problem !== this.#told) this.#options.onFailed(error);
      this.#told = problem;
    }
  }
}
