import type { MessageQueue } from './message-queue.ts';

/** A queue may get a dead-letter queue, or lose it. */
const ASK_AGAIN_MS = 10 * 60 * 1000;

interface RedriveOptions {
  readonly queue: Pick<MessageQueue, 'hasDeadLetterQueue'>;
  onProblem(where: 'attributes', error: unknown): void;
}

/**
 * Whether the queue moves messages that fail again and again to a dead-letter queue. Without the right to ask, unreadable
 * messages are treated as if there were none; that is told once, and not with every poll.
 */
export class Redrive {
  readonly #options: RedriveOptions;
  #known = false;
  #askedMs: number | undefined;
  #told: string | undefined;

  constructor(options: RedriveOptions) {
    this.#options = options;
  }

  get isConfigured(): boolean {
    return this.#known;
  }

  forget(): void {
    this.#askedMs = undefined;
  }

  async refresh(signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    if (this.#askedMs !== undefined && nowMs - this.#askedMs < ASK_AGAIN_MS) return;
    this.#askedMs = nowMs;
    try {
      this.#known = await this.#options.queue.hasDeadLetterQueue(signal);
      this.#told = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.#known = false;
      const problem = error instanceof Error ? error.name : String(error);
      if (problem !== this.#told) this.#options.onProblem('attributes', error);
      this.#told = problem;
    }
  }
}
