import { messageOf, ZonewardenError } from '../../shared/errors/zonewarden-error.ts';
import type { Listening } from '../../shared/record/shifts-without-event.ts';

/** What the consumer does with a queue, one after the other. */
export type QueueStep = 'receive' | 'apply' | 'delete' | 'extend' | 'attributes';

/** The last trouble with a step. */
export interface QueueTrouble {
  readonly where: QueueStep;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly error: string;
  /** Stable, as docs/errors.md has it. */
  readonly code: string | undefined;
  /** The step has succeeded since. */
  readonly over: boolean;
}

/** How the queue does, for the status page. */
export interface QueueHealth {
  /** When SQS last answered a poll, in milliseconds since the epoch. */
  readonly lastReceiveMs: number | undefined;
  /** Since when polls are answered; absent before the first answer, and while they are not. */
  readonly listening: Listening | undefined;
  /** At most one for each step; the latest comes last. */
  readonly troubles: readonly QueueTrouble[];
}

/** Remembers how the queue does, and tells of each change. */
export class QueueState {
  readonly #tell: (health: QueueHealth) => void;
  #lastReceiveMs: number | undefined;
  #firstReceiveMs: number | undefined;
  #listening: Listening | undefined;
  #troubles: readonly QueueTrouble[] = [];

  constructor(tell: (health: QueueHealth) => void) {
    this.#tell = tell;
    this.#changed();
  }

  succeeded(where: QueueStep): void {
    if (where === 'receive') this.#answered(Date.now());
    const isNews = this.#troubles.some((trouble) => trouble.where === where && !trouble.over);
    if (isNews)
      this.#troubles = this.#troubles.map((trouble) =>
        trouble.where === where ? { ...trouble, over: true } : trouble,
      );
    if (isNews || where === 'receive') this.#changed();
  }

  failed(where: QueueStep, error: unknown): void {
    if (where === 'receive') this.#listening = undefined;
    const others = this.#troubles.filter((trouble) => trouble.where !== where);
    const code = error instanceof ZonewardenError ? error.code : undefined;
    const trouble = { where, atMs: Date.now(), error: messageOf(error), code, over: false };
    this.#troubles = [...others, trouble];
    this.#changed();
  }

  #answered(nowMs: number): void {
    this.#lastReceiveMs = nowMs;
    this.#firstReceiveMs ??= nowMs;
    this.#listening ??= { firstMs: this.#firstReceiveMs, againMs: nowMs };
  }

  #changed(): void {
    const listening = this.#listening;
    this.#tell({ lastReceiveMs: this.#lastReceiveMs, listening, troubles: this.#troubles });
  }
}
