import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import { LeaseLock } from './lease-lock.ts';

/**
 * `acquire`, `renew`, `release`: a call failed (a lost race is none). `lost`: leadership ended against our will.
 * `work`: onStartedLeading has thrown, or did not end in time after its signal aborted.
 */
export interface LeaseProblem {
  kind: 'acquire' | 'renew' | 'release' | 'lost' | 'work';
  error?: unknown;
}

export interface LeaseTuning {
  /** Default 15 s: others may take the lease when nobody has renewed it for so long. Written in whole seconds. */
  leaseDurationMs?: number | undefined;
  /** Default 10 s: a leader who could not renew for so long stops, well before others may start. */
  renewDeadlineMs?: number | undefined;
  /** Default 2 s between attempts; candidates wait up to 1.2 times longer, at random. */
  retryPeriodMs?: number | undefined;
  /** A clock that only goes forward, in milliseconds. */
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
}

/** The times of an election whose lease lasts for so long, in the proportions of client-go's defaults (15 s, 10 s, 2 s). */
export function leaseTuning(leaseDurationMs: number): LeaseTuning {
  return {
    leaseDurationMs,
    renewDeadlineMs: (leaseDurationMs * 2) / 3,
    retryPeriodMs: (leaseDurationMs * 2) / 15,
  };
}

export interface LeaseElectionOptions {
  client: KubeClient;
  namespace: string;
  name: string;
  /** Unique to this process: two that share it would both take themselves for the leader. */
  identity: string;
  /**
   * The work of the leader. The signal aborts when leadership is lost or about to be released; the work has to stop
   * then, and its promise to settle. Returning early keeps the leadership; a throw gives it up, to be tried anew.
   */
  onStartedLeading(signal: AbortSignal): void | Promise<void>;
  /** Called after the work has stopped, before the lease is released. */
  onStoppedLeading?(): void;
  onProblem?(problem: LeaseProblem): void;
  tuning?: LeaseTuning | undefined;
}

// client-go's JitterFactor.
const jitterFactor = 1.2;

/** One candidate for a Lease, by the rules of client-go's tools/leaderelection; not yet started when it is made. */
export class LeaseElection {
  readonly #options: LeaseElectionOptions;
  readonly #lock: LeaseLock;
  readonly #stopping = new AbortController();
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  #term: AbortController | undefined;
  #loop: Promise<void> | undefined;

  /** @throws KubeError `kube.config` when the three times do not fit each other. */
  constructor(options: LeaseElectionOptions) {
    const { client, namespace, name, identity, tuning = {} } = options;
    const leaseDurationMs = tuning.leaseDurationMs ?? 15_000;
    this.#options = options;
    this.#now = tuning.now ?? (() => performance.now());
    this.#random = tuning.random ?? Math.random;
    this.#renewDeadlineMs = tuning.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = tuning.retryPeriodMs ?? 2_000;
    if (
      leaseDurationMs <= this.#renewDeadlineMs ||
      this.#renewDeadlineMs <= jitterFactor * this.#retryPeriodMs
    ) {
      throw new KubeError(
        'kube.config',
        `Lease ${namespace}/${name}: the lease duration must exceed the renew deadline, and that 1.2 retry periods`,
      );
    }
    this.#lock = new LeaseLock({ client, namespace, name, identity, leaseDurationMs, now: this.#now });
  }

  /** True only while the last renewal is younger than the renew deadline, by the local clock. */
  get isLeader(): boolean {
    return this.#term !== undefined && !this.#term.signal.aborted && this.#remainingMs() > 0;
  }

  /** Who was last seen to hold the lease. */
  get holder(): string | undefined {
    return this.#lock.holder;
  }

  /** Begins. While it runs a second call does nothing. @throws KubeError `kube.aborted` after `stop`. */
  start(): void {
    if (this.#stopping.signal.aborted) {
      const { namespace, name } = this.#options;
      throw new KubeError(
        'kube.aborted',
        `the election for ${namespace}/${name} was stopped for good, make a new one`,
      );
    }
    this.#loop ??= this.#run();
  }

  /**
   * Final. Aborts the work's signal, waits for the work (at most the renew deadline), then frees the lease for
   * others. Work that does not end in time keeps the lease until it expires.
   */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the election was stopped'));
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (await this.#try('acquire')) await this.#useLease();
      await this.#pause(this.#retryPeriodMs * (1 + jitterFactor * this.#random()), this.#stopping.signal);
    }
  }

  /** One round. False when somebody else holds the lease or the round failed; a lost race is not a problem. */
  async #try(kind: 'acquire' | 'renew'): Promise<boolean> {
    // Half of the deadline, so that one call that hangs leaves time for a second one.
    const timeoutMs = Math.min(this.#renewDeadlineMs / 2, kind === 'renew' ? this.#remainingMs() : Infinity);
    try {
      return await this.#lock.take(Math.max(timeoutMs, 1), this.#stopping.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#report({ kind, error });
      return false;
    }
  }

  #useLease(): Promise<void> {
    // A stop may have come while the lease was being taken.
    return this.#stopping.signal.aborted ? this.#release() : this.#lead();
  }

  async #lead(): Promise<void> {
    const term = new AbortController();
    const onStop = () => term.abort(new Error('the election was stopped'));
    this.#stopping.signal.addEventListener('abort', onStop, { once: true });
    this.#term = term;
    const work = this.#work(term);
    const lost = await this.#renewUntilOver(term.signal);
    this.#stopping.signal.removeEventListener('abort', onStop);
    term.abort(new Error('the lease was lost'));
    this.#term = undefined;
    if (lost) this.#report({ kind: 'lost' });
    const ended = await this.#endOfWork(work);
    this.#tellStopped();
    // Whoever might still be working must not let others begin: then the lease runs out by itself.
    if (ended && !lost) await this.#release();
    // Never two runs of the work in one process.
    if (!ended && !this.#stopping.signal.aborted)
      await Promise.race([work, once(this.#stopping.signal, 'abort')]);
  }

  /** Runs the work to its end; never rejects. A failure ends the term. */
  async #work(term: AbortController): Promise<void> {
    try {
      await this.#options.onStartedLeading(term.signal);
    } catch (error) {
      if (term.signal.aborted) return;
      this.#report({ kind: 'work', error });
      term.abort(error);
    }
  }

  /** Keeps the lease until the term is ended from inside (false) or the lease is lost (true). */
  async #renewUntilOver(term: AbortSignal): Promise<boolean> {
    while (true) {
      await this.#pause(Math.min(this.#retryPeriodMs, Math.max(this.#remainingMs(), 1)), term);
      if (term.aborted) return false;
      if (this.#remainingMs() <= 0) return true;
      if (!(await this.#try('renew')) && this.#lock.takenByOther) return true;
    }
  }

  /** Waits for the work, at most the renew deadline: less than the others wait for us. */
  async #endOfWork(work: Promise<void>): Promise<boolean> {
    const waiting = new AbortController();
    const late = sleep(this.#renewDeadlineMs, false, { signal: waiting.signal }).catch(() => false);
    const ended = await Promise.race([work.then(() => true), late]);
    waiting.abort();
    if (!ended) this.#report({ kind: 'work', error: new Error('the work did not stop when it was told to') });
    return ended;
  }

  async #release(): Promise<void> {
    try {
      await this.#lock.release(this.#renewDeadlineMs / 2);
    } catch (error) {
      this.#report({ kind: 'release', error });
    }
  }

  /** What is left of the renew deadline. */
  #remainingMs(): number {
    return this.#lock.renewedAt + this.#renewDeadlineMs - this.#now();
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  #tellStopped(): void {
    try {
      this.#options.onStoppedLeading?.();
    } catch (error) {
      this.#report({ kind: 'work', error });
    }
  }

  /** A reporter that throws must not end the election that it reports on. */
  #report(problem: LeaseProblem): void {
    try {
      this.#options.onProblem?.(problem);
    } catch {
      // Nobody is left to be told.
    }
  }
}
