import { isEvacuated } from '../../../shared/enforcement/freeze-mode.ts';
import { stateOfPool } from '../../../shared/enforcement/standing.ts';
import { isThawed, type OrderedZone, type Orders, type Thawed } from '../../../shared/record/orders.ts';
import { thawZones } from '../../../shared/record/thaw-zones.ts';
import { effectiveAt, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { type ThawScene, type WhyFrozen, whyFrozen } from '../../../shared/standstill/plan-thaw.ts';
import type { PoolView } from '../../../shared/views/pool-view.ts';
import type { Controller } from '../../term/controller.ts';
import type { TermScene } from '../../term/scene.ts';
import { SinceSeen } from '../../term/since-seen.ts';
import { poolsOfModeZone } from './held-pools.ts';

/**
 * How long all of a NodePool's Nodes in the zone were seen to be held before it thaws: so soon Karpenter has heard of it,
 * whose watch of Nodes may come later than its watch of NodePools.
 */
const HEARD_MS = 10_000;
/** Writes of the record, and nudges of NodePools that follow, come together. */
const TICK_MS = 1000;
const IDLE_MS = 30_000;

type Scene = Pick<
  TermScene,
  'settings' | 'cordon' | 'calmMs' | 'record' | 'records' | 'pools' | 'nodes' | 'claims' | 'facts' | 'now'
>;

/** What keeps a NodePool frozen: what is not held, or that time has to pass. */
type Why = WhyFrozen | 'calm' | 'not-heard';

/**
 * Lets NodePools of mode `zone` thaw once each of their Nodes in an impaired zone is held by itself, and has them frozen
 * again when one is not. The order stands in the record: it reaches webhooks and NodePools as every other one does.
 */
export function createThaw(scene: Scene): Controller {
  const { record, pools, nodes, claims } = scene;
  const thaw = new Thaw(scene);
  return {
    name: 'thaw',
    rank: 'shift',
    wokenBy: [record, pools, nodes, claims],
    reconcile: (signal) => thaw.look(signal),
  };
}

class Thaw {
  readonly #scene: Scene;
  /** Since when each is seen to be held, by zone and NodePool. A new leader looks for as long as the first one did. */
  readonly #heldSince = new Map<string, Map<string, number>>();
  readonly #impairedSince = new SinceSeen('impaired');
  readonly #reached = new WeakMap<PoolView, { readonly generation: number; readonly isReached: boolean }>();
  #mayWriteAt = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async look(signal: AbortSignal): Promise<{ readonly againInMs: number }> {
    const { record, records, pools, nodes, claims, cordon, facts, now } = this.#scene;
    const seen = record.current();
    // Nobody is held where no Node is written.
    if (seen === undefined || !cordon) return { againInMs: IDLE_MS };
    const areKnown = pools.known && nodes.known && (claims.known || claims.presence === 'absent');
    const set = effectiveAt(seen, now());
    const impaired = set.zones.filter(({ state }) => state === 'impaired');
    this.#forget(impaired);
    if (impaired.length === 0) facts.tell('pools-thawed', { counts: [] });
    if (impaired.length === 0 || !areKnown) return { againInMs: TICK_MS };
    const held = poolsOfModeZone(this.#scene);
    const scene: ThawScene = {
      pools: held.map((pool) => ({
        name: pool.name,
        isEvacuated: isEvacuated(pool.enforced, this.#scene.settings),
        isReached: this.#isReached(pool, set),
      })),
      nodes: nodes.all(),
      claims: claims.all(),
    };
    // By name of one that is of another mode, `all` would thaw it in the very write that changes its mode.
    const mayBeAll = held.length === pools.all().length;
    const wanted = new Map(impaired.map((zone) => [zone.id, this.#thawedFor(zone, scene, seen, mayBeAll)]));
    const counts = [...wanted].map(([zoneId, thawed]) => ({
      ...{ zoneId, count: thawed === 'all' ? held.length : thawed.length },
    }));
    facts.tell('pools-thawed', { counts });
    const isNews = thawZones(seen, wanted) !== seen;
    if (isNews && now() >= this.#mayWriteAt) {
      this.#mayWriteAt = now() + TICK_MS;
      // Somebody wrote since we looked: look again next time.
      const isSeen = ({ generation }: ZoneRecord) => generation === seen.generation;
      await records.update((stored) => (isSeen(stored) ? thawZones(stored, wanted) : stored), signal);
    }
    return { againInMs: TICK_MS };
  }

  #thawedFor(zone: OrderedZone, scene: ThawScene, record: ZoneRecord, mayBeAll: boolean): Thawed {
    const nowMs = this.#scene.now();
    const isCalm = nowMs - this.#impairedSince.msOf(record, zone.id, nowMs) >= this.#scene.calmMs;
    const waiting = new Map<Why, number>();
    const thawed: string[] = [];
    for (const [name, found] of whyFrozen(zone, scene, (pool) => isThawed(zone, pool))) {
      const why = this.#whyStill(zone, name, found, isCalm, nowMs);
      if (why === undefined) thawed.push(name);
      else waiting.set(why, (waiting.get(why) ?? 0) + 1);
    }
    const { id: zoneId, name } = zone;
    this.#scene.facts.tell('thawed', {
      ...{ zoneId, ...(name === undefined ? {} : { zone: name }) },
      ...{ nodePools: thawed.length, waiting: Object.fromEntries([...waiting].sort()) },
    });
    // `all` speaks of NodePools that are made later, too.
    return mayBeAll && isCalm && waiting.size === 0 ? 'all' : thawed;
  }

  #whyStill(
    zone: OrderedZone,
    nodePool: string,
    found: WhyFrozen | undefined,
    isCalm: boolean,
    nowMs: number,
  ): Why | undefined {
    const heldSince = this.#heldSince.get(zone.id) ?? new Map<string, number>();
    this.#heldSince.set(zone.id, heldSince);
    if (found !== undefined) {
      heldSince.delete(nodePool);
      return found;
    }
    if (isThawed(zone, nodePool)) return undefined;
    const since = heldSince.get(nodePool) ?? nowMs;
    heldSince.set(nodePool, since);
    if (nowMs - since < HEARD_MS) return 'not-heard';
    return isCalm ? undefined : 'calm';
  }

  #forget(impaired: readonly OrderedZone[]): void {
    const ids = new Set(impaired.map(({ id }) => id));
    for (const id of this.#heldSince.keys()) if (!ids.has(id)) this.#heldSince.delete(id);
    this.#impairedSince.keepOnly(impaired);
  }

  /** A NodePool that did not change is not judged again. */
  #isReached(pool: PoolView, set: Orders): boolean {
    const { generation } = set;
    const known = this.#reached.get(pool);
    if (known?.generation === generation) return known.isReached;
    const isReached = stateOfPool(pool.enforced, set, this.#scene.settings) === 'settled';
    this.#reached.set(pool, { generation, isReached });
    return isReached;
  }
}
