import { createBackoff } from '../../shared/kube/backoff.ts';
import { createTriggeredRounds } from '../term/triggered-rounds.ts';
import type { Ec2Zone, Ec2Zones } from './describe-zones.ts';
import { toEc2ApiError } from './ec2-trouble.ts';

/** Zones are opened years apart; up to a tenth less, so that the watchers of an account do not ask together. */
const USUAL_GAP_MS = 60 * 60 * 1000;
/** The least between two questions, whatever is unknown. */
const LEAST_GAP_MS = 60_000;
/** After a failure: a minute, and a random part of what doubles with each up to this. */
const MOST_BACKOFF_MS = 9 * 60_000;

export interface AskingEc2Options {
  readonly zones: Ec2Zones;
  onZones(zones: readonly Ec2Zone[]): void;
  /** EC2 does not answer, or for another reason than before: not once for each question. */
  onProblem(error: unknown): void;
  /** Milliseconds that only ever grow. */
  readonly elapsed?: () => number;
  /** Evenly from [0, 1). */
  readonly random?: () => number;
}

/**
 * Asks EC2 for zones: at the start, each hour, and when an ID is unknown. Not yet started when it is made. What fails is
 * tried again and stops nothing.
 */
export class AskingEc2 {
  readonly #options: Required<AskingEc2Options>;
  readonly #stopping = new AbortController();
  readonly #rounds = createTriggeredRounds(
    (signal) => this.#round(signal),
    (error) => this.#options.onProblem(error),
  );
  readonly #backoff;
  #running: Promise<void> | undefined;
  #begunMs: number | undefined;
  #dueMs = 0;
  #wanted = false;
  #question: PromiseWithResolvers<void> | undefined;
  #trouble: string | undefined;

  constructor(options: AskingEc2Options) {
    this.#options = { elapsed: () => performance.now(), random: Math.random, ...options };
    const { random } = this.#options;
    this.#backoff = createBackoff({ baseMs: LEAST_GAP_MS, capMs: MOST_BACKOFF_MS, random });
  }

  start(): void {
    this.#running ??= this.#rounds.run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('EC2 is not asked any more'));
    this.#question?.resolve();
    await this.#running;
    this.#options.zones.close();
  }

  /**
   * An ID is unknown: asks as soon as may be. Resolves when the question that is due now was answered or failed, at once
   * where none is due.
   */
  async want(): Promise<void> {
    if (this.#running === undefined || this.#stopping.signal.aborted) return;
    const first = !this.#wanted;
    this.#wanted = true;
    const due = this.#left() <= 0;
    if (first || due) this.#rounds.trigger();
    if (!due) return;
    this.#question ??= Promise.withResolvers();
    await this.#question.promise;
  }

  /** Milliseconds until the next question. While EC2 fails, its back-off holds for what is wanted too. */
  #left(): number {
    if (this.#begunMs === undefined) return 0;
    const mayHurry = this.#wanted && this.#trouble === undefined;
    const dueMs = mayHurry ? Math.min(this.#dueMs, this.#begunMs + LEAST_GAP_MS) : this.#dueMs;
    return Math.max(0, dueMs - this.#options.elapsed());
  }

  async #round(signal: AbortSignal): Promise<number> {
    if (this.#left() > 0) return this.#left();
    const begunMs = this.#options.elapsed();
    this.#question ??= Promise.withResolvers();
    try {
      this.#answered(await this.#options.zones.ask(signal), begunMs);
    } catch (error) {
      if (!signal.aborted) this.#failed(error, begunMs);
    }
    // What is still unknown will be wanted again.
    this.#wanted = false;
    this.#begunMs = begunMs;
    this.#question?.resolve();
    this.#question = undefined;
    return this.#left();
  }

  #answered(zones: readonly Ec2Zone[], begunMs: number): void {
    this.#trouble = undefined;
    this.#backoff.reset();
    this.#dueMs = begunMs + USUAL_GAP_MS * (1 - this.#options.random() / 10);
    this.#options.onZones(zones);
  }

  #failed(thrown: unknown, begunMs: number): void {
    const error = toEc2ApiError(thrown);
    const news = error.code !== this.#trouble;
    this.#trouble = error.code;
    this.#dueMs = begunMs + this.#backoff.next(LEAST_GAP_MS);
    if (news) this.#options.onProblem(error);
  }
}
