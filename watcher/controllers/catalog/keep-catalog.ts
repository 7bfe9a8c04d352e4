import { type Catalog, describeCatalog } from '../../../shared/catalog/catalog.ts';
import { createBackoff } from '../../../shared/kube/backoff.ts';
import type { CatalogWatch } from '../../../shared/stores/documents.ts';
import type { Controller } from '../../term/controller.ts';
import type { TermScene } from '../../term/scene.ts';
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

export interface CatalogScene extends Pick<TermScene, 'client' | 'namespace' | 'facts' | 'now'> {
  /** The ConfigMap of the catalogue. */
  readonly catalog: CatalogWatch;
  /** Asks EC2 for the types of the Region; throws an error with a stable code. `undefined`: EC2 is not asked. */
  readonly fetchCatalog: ((signal: AbortSignal) => Promise<Catalog>) | undefined;
  /** Milliseconds that only ever grow. */
  elapsed(): number;
  /** Evenly from [0, 1). */
  random(): number;
}

/**
 * Keeps the cluster's catalogue fresh by asking EC2, where it may be asked: at once where there is none or one from
 * elsewhere, else when it is 12 to 24 hours old. A new leader finds its age in the document, and asks no sooner. What
 * fails is tried again with a back-off; the last good catalogue stays.
 */
export function createKeepCatalog(scene: CatalogScene): Controller {
  const { catalog, facts, fetchCatalog } = scene;
  const refresh = fetchCatalog === undefined ? undefined : new Refresh(scene, fetchCatalog);
  return {
    name: 'catalog',
    rank: 'background',
    wokenBy: [catalog],
    async reconcile(signal) {
      // Before that, nobody knows how old it is.
      if (!catalog.isKnown()) return { againInMs: LONGEST_PAUSE_MS };
      const current = catalog.current();
      facts.tell('catalog', {
        catalog: current === undefined ? 'the bundled snapshot' : describeCatalog(current),
        source: current?.origin.source,
        types: current?.types.length,
        madeAt: current?.origin.madeAt,
      });
      return { againInMs: (await refresh?.round(signal)) ?? LONGEST_PAUSE_MS };
    },
  };
}

class Refresh {
  readonly #scene: CatalogScene;
  readonly #fetch: (signal: AbortSignal) => Promise<Catalog>;
  readonly #backoff;
  readonly #mostAgeMs: number;
  /** What EC2 last said, or was last written: it needs no second question where it is to be written again. */
  #fetched: Catalog | undefined;
  /** In elapsed time. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(scene: CatalogScene, fetch: (signal: AbortSignal) => Promise<Catalog>) {
    this.#scene = scene;
    this.#fetch = fetch;
    this.#mostAgeMs = LEAST_AGE_MS + scene.random() * JITTER_MS;
    this.#backoff = createBackoff({
      baseMs: LEAST_GAP_MS,
      capMs: MOST_BACKOFF_MS,
      random: () => scene.random(),
    });
  }

  /** Asks and writes if that is due; tells how long until it may be. */
  async round(signal: AbortSignal): Promise<number> {
    if (this.#isDue() && this.#scene.elapsed() >= this.#notBeforeMs) await this.#refresh(signal);
    if (!this.#isDue()) return LONGEST_PAUSE_MS;
    return Math.min(LONGEST_PAUSE_MS, Math.max(0, this.#notBeforeMs - this.#scene.elapsed()));
  }

  #isDue(): boolean {
    return this.#scene.catalog.problem() !== undefined || !this.#isFresh(this.#scene.catalog.current());
  }

  /** Whether it is of EC2 and young enough; one from the future was made by a clock that is wrong. */
  #isFresh(catalog: Catalog | undefined): catalog is Catalog {
    if (catalog?.origin.source !== 'ec2') return false;
    const ageMs = this.#scene.now() - Date.parse(catalog.origin.madeAt);
    return ageMs > -CLOCK_SKEW_MS && ageMs < this.#mostAgeMs;
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { client, namespace, facts } = this.#scene;
    const known = [this.#fetched, this.#scene.catalog.current()].find((catalog) => this.#isFresh(catalog));
    const catalog = known ?? (await this.#ask(signal));
    if (catalog === undefined || signal.aborted) return;
    this.#fetched = catalog;
    try {
      await writeCatalog(client, namespace, catalog, signal);
    } catch (error) {
      return this.#failed('write', error, signal);
    }
    this.#backoff.reset();
    this.#notBeforeMs = this.#scene.elapsed() + LEAST_GAP_MS;
    facts.tell('trouble', { part: 'catalog-write', error: undefined });
    const reason = known === undefined ? 'asked' : 'again';
    facts.tell('catalog-written', { reason, catalog: describeCatalog(catalog) });
  }

  async #ask(signal: AbortSignal): Promise<Catalog | undefined> {
    try {
      const catalog = await this.#fetch(signal);
      this.#scene.facts.tell('trouble', { part: 'catalog-ec2', error: undefined });
      return catalog;
    } catch (error) {
      this.#failed('ec2', error, signal);
      return undefined;
    }
  }

  #failed(of: 'ec2' | 'write', error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { facts, elapsed } = this.#scene;
    this.#notBeforeMs = elapsed() + this.#backoff.next(LEAST_GAP_MS);
    facts.tell('catalog-failure', { of });
    facts.tell('trouble', { part: `catalog-${of}`, error });
  }
}
