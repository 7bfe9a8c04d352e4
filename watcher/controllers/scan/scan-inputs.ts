import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { ScanScene as JudgedBy } from '../../../shared/policy/stored/scan-pool.ts';
import { type StoredPool, storedPool } from '../../../shared/policy/stored/stored-pool.ts';
import type { CatalogWatch, PolicyWatch } from '../../../shared/stores/documents.ts';
import { judgedByNodeClasses } from '../../../shared/stores/judged-by-node-classes.ts';
import type { PoolView } from '../../../shared/views/pool-view.ts';
import { setOf, type TermScene } from '../../term/scene.ts';

export interface ScanScene extends Pick<TermScene, 'record' | 'pools' | 'nodeClasses' | 'facts' | 'now'> {
  readonly policy: PolicyWatch;
  readonly catalog: CatalogWatch;
}

/** All that a verdict depends on, and whether any of it is not what it was at the last scan. */
export class ScanInputs {
  readonly #scene: ScanScene;
  readonly #stored = new Map<string, { readonly view: PoolView; readonly pool: StoredPool }>();
  readonly #byNodeClasses: ReturnType<typeof judgedByNodeClasses>;
  #taken: readonly unknown[] | undefined;

  constructor(scene: ScanScene) {
    this.#scene = scene;
    this.#byNodeClasses = judgedByNodeClasses(scene.nodeClasses);
  }

  /** Everything was read once. On a cluster without EC2NodeClasses (Auto Mode) that is all that there is to read. */
  areKnown(): boolean {
    const { policy, catalog, pools, nodeClasses } = this.#scene;
    return policy.isKnown() && catalog.isKnown() && pools.known && nodeClasses.known;
  }

  haveChanged(): boolean {
    return this.#taken === undefined || !isSame(this.#taken, this.#now());
  }

  /** What is judged now, and by what. */
  take(onDefect: JudgedBy['onDefect']): { readonly pools: readonly StoredPool[]; readonly scene: JudgedBy } {
    const { policy, catalog } = this.#scene;
    this.#taken = this.#now();
    const pools = this.#pools();
    const around = {
      catalog: catalog.current() ?? bundledCatalog(),
      ...this.#byNodeClasses(),
      checkedByApiServer: true,
      nodePools: pools.map(({ facts }) => facts),
      ...this.#zones(),
    };
    return { pools, scene: { around, policy: policy.current(), nowMs: this.#scene.now(), onDefect } };
  }

  #now(): readonly unknown[] {
    const { policy, catalog } = this.#scene;
    const { nodeClasses, knowsAllNodeClasses } = this.#byNodeClasses();
    const pools = this.#pools();
    const { zones, impaired } = this.#zones();
    // The others are judged as if all zones were healthy.
    const away = pools.some(({ isExempt }) => isExempt) ? impaired : [];
    return [
      policy.current(),
      catalog.current(),
      knowsAllNodeClasses,
      nodeClasses,
      JSON.stringify([zones, away]),
      ...pools,
    ];
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
