import type { Catalog } from '../../shared/catalog/catalog.ts';
import { createBackoff } from '../../shared/kube/backoff.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { type CatalogWatch, createCatalogWatch } from '../../shared/stores/catalog-watch.ts';
import { TroublesTold } from '../policy-fallback/troubles-told.ts';
import { createTriggeredRounds, type TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { writeCatalog } from './write-catalog.ts';

/** EC2 gets new instance types some times a year; half as much more at random, so that clusters do not ask together. */
const LEAST_AGE_MS = 12 * 60 * 60 * 1000;
const JITTER_MS = 12 * 60 * 60 * 1000;
/** A clock that was set is noticed within this time. */
const LONGEST_PAUSE_MS = 10 * 60 * 1000;
/** The least between two attempts, and between two writes: somebody who keeps deleting it is not answered more often. */
const LEAST_GAP_MS = 60_000;
const MOST_BACKOFF_MS = 30 * 60_000;
/** A document may be ahead by as much as clocks of two nodes differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** `asked`: EC2 was. `again`: what is known was written again, because it was deleted or cannot be read. */
export type CatalogWriteReason = 'asked' | 'again';

export interface CatalogKeeperOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Asks EC2 for the types of the Region; throws an error with a stable code. */
  fetch(signal: AbortSignal): Promise<Catalog>;
  /** The catalogue in force: what the ConfigMap holds, or held when it could last be read. */
  onCatalog(catalog: Catalog | undefined): void;
  onWritten(catalog: Catalog, reason: CatalogWriteReason): void;
  /** Each time that EC2 was asked, or the ConfigMap was to be written, in vain. */
  onFailure(of: 'ec2' | 'write'): void;
  /** Told once of each kind of trouble until it is over. */
  onProblem(kind: 'ec2' | 'write' | 'watch' | 'unreadable', error: unknown): void;
  /** Milliseconds since 1970: documents say when they were made. */
  now(): number;
  /** Milliseconds that only ever grow. */
  elapsed(): number;
  /** Evenly from [0, 1). */
  random(): number;
}

/** The cluster's catalogue for one term of the leader. */
export interface CatalogKeeper {
  current(): Catalog | undefined;
  /** Resolves when the ConfigMap was looked for once. @throws KubeError `kube.aborted` when the signal aborts first */
  whenKnown(signal: AbortSignal): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Follows the ConfigMap of the catalogue and keeps it fresh by asking EC2, where `asksEc2`: at once where there is none or
 * one from elsewhere, else when it is 12 to 24 hours old. A new leader finds its age in the document, and asks no sooner.
 * What fails is tried again with a back-off; the last good catalogue stays.
 */
export function createCatalogKeeper(options: CatalogKeeperOptions, asksEc2: boolean): CatalogKeeper {
  const troubles = new TroublesTold<'ec2' | 'write' | 'watch' | 'unreadable'>();
  const tell = (kind: 'ec2' | 'write' | 'watch' | 'unreadable', error: unknown): void => {
    if (troubles.isNew(kind, error)) options.onProblem(kind, error);
  };
  let rounds: TriggeredRounds | undefined;
  const watch = createCatalogWatch({
    client: options.client,
    namespace: options.namespace,
    onCatalog(catalog) {
      troubles.over('watch');
      troubles.over('unreadable');
      options.onCatalog(catalog);
      rounds?.trigger();
    },
    onProblem(kind, error) {
      if (kind === 'closed' || kind === 'inactive') return;
      tell(kind === 'unreadable' ? 'unreadable' : 'watch', error);
      rounds?.trigger();
    },
  });
  if (asksEc2) {
    rounds = createTriggeredRounds(
      () => {
        const refresh = new Refresh(options, watch, troubles, tell);
        return (signal) => refresh.round(signal);
      },
      (error) => tell('write', error),
    );
  }
  return {
    current: () => watch.current(),
    whenKnown: (signal) => watch.whenKnown(signal),
    async run(signal) {
      watch.start();
      if (rounds !== undefined) {
        // Before that, nobody knows how old it is.
        await watch.whenKnown(signal).catch(() => undefined);
        await rounds.run(signal);
      } else await untilAborted(signal);
      await watch.stop();
    },
  };
}

class Refresh {
  readonly #options: CatalogKeeperOptions;
  readonly #watch: CatalogWatch;
  readonly #troubles: TroublesTold<'ec2' | 'write' | 'watch' | 'unreadable'>;
  readonly #tell: (kind: 'ec2' | 'write', error: unknown) => void;
  readonly #backoff;
  readonly #mostAgeMs: number;
  /** What EC2 last said, or was last written: it needs no second question where it is to be written again. */
  #fetched: Catalog | undefined;
  /** In elapsed time. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(
    options: CatalogKeeperOptions,
    watch: CatalogWatch,
    troubles: TroublesTold<'ec2' | 'write' | 'watch' | 'unreadable'>,
    tell: (kind: 'ec2' | 'write', error: unknown) => void,
  ) {
    this.#options = options;
    this.#watch = watch;
    this.#troubles = troubles;
    this.#tell = tell;
    this.#mostAgeMs = LEAST_AGE_MS + options.random() * JITTER_MS;
    this.#backoff = createBackoff({
      baseMs: LEAST_GAP_MS,
      capMs: MOST_BACKOFF_MS,
      random: () => options.random(),
    });
  }

  /** Asks and writes if that is due; tells how long until it may be. */
  async round(signal: AbortSignal): Promise<() => number> {
    if (this.#isDue() && this.#options.elapsed() >= this.#notBeforeMs) await this.#refresh(signal);
    return () => this.#pause();
  }

  #pause(): number {
    if (!this.#isDue()) return LONGEST_PAUSE_MS;
    return Math.min(LONGEST_PAUSE_MS, Math.max(0, this.#notBeforeMs - this.#options.elapsed()));
  }

  #isDue(): boolean {
    return this.#watch.problem() !== undefined || !this.#isFresh(this.#watch.current());
  }

  /** Whether it is of EC2 and young enough; one from the future was made by a clock that is wrong. */
  #isFresh(catalog: Catalog | undefined): catalog is Catalog {
    if (catalog?.origin.source !== 'ec2') return false;
    const ageMs = this.#options.now() - Date.parse(catalog.origin.madeAt);
    return ageMs > -CLOCK_SKEW_MS && ageMs < this.#mostAgeMs;
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const known = [this.#fetched, this.#watch.current()].find((catalog) => this.#isFresh(catalog));
    const catalog = known ?? (await this.#ask(signal));
    if (catalog === undefined || signal.aborted) return;
    this.#fetched = catalog;
    try {
      await writeCatalog(this.#options.client, this.#options.namespace, catalog, signal);
    } catch (error) {
      return this.#failed('write', error, signal);
    }
    this.#troubles.over('write');
    this.#backoff.reset();
    this.#notBeforeMs = this.#options.elapsed() + LEAST_GAP_MS;
    this.#options.onWritten(catalog, known === undefined ? 'asked' : 'again');
  }

  async #ask(signal: AbortSignal): Promise<Catalog | undefined> {
    try {
      const catalog = await this.#options.fetch(signal);
      this.#troubles.over('ec2');
      return catalog;
    } catch (error) {
      this.#failed('ec2', error, signal);
      return undefined;
    }
  }

  #failed(of: 'ec2' | 'write', error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#notBeforeMs = this.#options.elapsed() + this.#backoff.next(LEAST_GAP_MS);
    this.#options.onFailure(of);
    this.#tell(of, error);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
