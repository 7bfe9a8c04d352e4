import { messageOf } from '../../shared/errors/zonewarden-error.ts';

/** How the queue does, for the status page. Times in RFC 3339. */
export interface QueueHealth {
  readonly lastAnswer: string | undefined;
  /** The last problem, while nothing has been answered since. */
  readonly problem: { readonly where: string; readonly at: string; readonly error: string } | undefined;
}

/** Remembers how the queue does, and tells of each change. */
export class QueueState {
  readonly #tell: (health: QueueHealth) => void;
  #lastAnswer: string | undefined;

  constructor(tell: (health: QueueHealth) => void) {
    this.#tell = tell;
    tell({ lastAnswer: undefined, problem: undefined });
  }

  answered(): void {
    this.#lastAnswer = new Date().toISOString();
    this.#tell({ lastAnswer: this.#lastAnswer, problem: undefined });
  }

  failed(where: string, error: unknown): void {
    const problem = { where, at: new Date().toISOString(), error: messageOf(error) };
    this.#tell({ lastAnswer: this.#lastAnswer, problem });
  }
}
