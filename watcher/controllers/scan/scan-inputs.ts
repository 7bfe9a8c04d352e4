import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { ScanScene } from '../../../shared/policy/stored/scan-pool.ts';
import { type StoredPool, storedPool } from '../../../shared/policy/stored/stored-pool.ts';
import type { CatalogWatch, PolicyWatch } from '../../../shared/stores/documents.ts';
import { judgedByNodeClasses } from '../../../shared/stores/judged-by-node-classes.ts';
import type { PoolView } from '../../../shared/views/pool-view.ts';
import { setOf, type TermScene } from '../../term/scene.ts';
import { Turns } from '../../term/turns.ts';

/** What verdicts are made of. */
export interface InputsScene extends Pick<TermScene, 'record' | 'pools' | 'nodeClasses' | 'facts' | 'now'> {
  readonly policy: PolicyWatch;
  readonly catalog: CatalogWatch;
}

/** All that a verdict depends on, and whether any of it is not what it was at the last scan. */
export class ScanInputs {
  readonly #scene: InputsScene;
  readonly #stored = new Map<string, { readonly view: PoolView; readonly pool: StoredPool }>();
  readonly #byNodeClasses: ReturnType<typeof judgedByNodeClasses>;
  #taken: readonly unknown[] | undefined;

  constructor(scene: InputsScene) {
    this.#scene = scene;
    this.#byNodeClasses = judgedByNodeClasses(scene.nodeClasses);
  }

  /** Everything was read once. On a cluster without EC2NodeClasses (Auto Mode) that is all that there is to read. */
  areKnown(): boolean {
    const { policy, catalog, pools, nodeClasses } = this.#scene;
    return policy.isKnown() && catalog.isKnown() && pools.known && nodeClasses.known;
  }

  /** Reads the NodePools that are others than before. @returns whether all were, which an abort ends */
  async read(signal: AbortSignal): Promise<boolean> {
    const turns = new Turns();
    for (const view of this.#scene.pools.all()) {
      if (turns.isOver()) await turns.giveWay();
      if (signal.aborted) return false;
      this.#storedAs(view);
    }
    return true;
  }

  /** After `read`. */
  haveChanged(): boolean {
    return this.#taken === undefined || !isSame(this.#taken, this.#read().parts);
  }

  /** What is judged now, and by what. */
  take(onDefect: ScanScene['onDefect']): {
    readonly pools: readonly StoredPool[];
    readonly scene: ScanScene;
  } {
    const { pools, policy, around, parts } = this.#read();
    this.#taken = parts;
    return { pools, scene: { around, policy, nowMs: this.#scene.now(), onDefect } };
  }

  /** All of it as it is now; `parts`: of two readings they are the same where verdicts are. */
  #read() {
    const policy = this.#scene.policy.current();
    const catalog = this.#scene.catalog.current() ?? bundledCatalog();
    const classes = this.#byNodeClasses();
    const pools = this.#pools();
    const { zones, impaired } = this.#zones();
    const nodePools = pools.map(({ facts }) => facts);
    const around = { catalog, ...classes, checkedByApiServer: true, nodePools, zones, impaired };
    // The others are judged as if all zones were healthy.
    const away = pools.some(({ isExempt }) => isExempt) ? impaired : [];
    const { nodeClasses, knowsAllNodeClasses } = classes;
    const text = JSON.stringify([zones, away]);
    return {
      pools,
      policy,
      around,
      parts: [policy, catalog, knowsAllNodeClasses, nodeClasses, text, ...pools],
    };
  }

  #zones() {
    const used = Object.entries(this.#scene.record.current()?.used ?? {});
    const impaired = setOf(this.#scene)?.zones.filter(({ state }) => state === 'impaired') ?? [];
    return {
      zones: used.map(([id, name]) => ({ id, name })),
      impaired: impaired.map(({ id, name = '' }) => ({ id, name })),
    };
  }

  /** As their owners declare them, by name. What we change in one is no change to a policy. */
  #pools(): StoredPool[] {
    const views = this.#scene.pools.all();
    const present = new Set(views.map(({ name }) => name));
    for (const name of this.#stored.keys()) if (!present.has(name)) this.#stored.delete(name);
    return views.map((view) => this.#storedAs(view)).sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  #storedAs(view: PoolView): StoredPool {
    const known = this.#stored.get(view.name);
    if (known?.view === view) return known.pool;
    const read = storedPool(view);
    const isSamePool = known?.pool.uid === read.uid && sameJson(known.pool.object, read.object);
    const pool = isSamePool && known !== undefined ? known.pool : read;
    this.#stored.set(view.name, { view, pool });
    return pool;
  }
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}
