import { generationOfPool } from '../../shared/enforcement/standing.ts';
import { ReachInTime } from '../../shared/reach/reach-in-time.ts';
import type { ArcGroup } from '../../shared/record/arc-facts.ts';
import { tendRecord } from '../../shared/record/tend-record.ts';
import type { ZoneRecord } from '../../shared/record/zone-record.ts';
import { oncePerList } from '../../shared/stores/once-per-list.ts';
import type { PoolView } from '../../shared/views/pool-view.ts';
import type { Controller } from '../term/controller.ts';
import type { TermScene } from '../term/scene.ts';

/** How often what no event tells is looked after: expiry, rules, names, the silence of ARC. */
const ROUND_MS = 1000;

type Scene = Pick<
  TermScene,
  'settings' | 'records' | 'record' | 'rules' | 'names' | 'pools' | 'nodeClasses' | 'nodes' | 'claims' | 'now'
>;

/**
 * Keeps the record what time, rules and names make of it.
 *
 * @param silentArc the parts of ARC that are not asked, or cannot be
 */
export function createTend(scene: Scene, silentArc: () => readonly ArcGroup[]): Controller {
  // Looked at each second, and nearly always the same.
  const highestOf = oncePerList((pools: readonly PoolView[]) =>
    pools.reduce(
      (most, { enforced }) => Math.max(most, generationOfPool(enforced, scene.settings.markKeys)),
      0,
    ),
  );
  const reach = new ReachInTime();
  return {
    name: 'tend',
    rank: 'shift',
    // Karpenter launches in a new subnet as soon as its EC2NodeClass has it.
    wokenBy: [scene.nodeClasses],
    async reconcile(signal) {
      const record = scene.record.current();
      if (record === undefined || !scene.pools.known) return { againInMs: ROUND_MS };
      const { names, nodes, pools } = scene;
      const around = {
        rules: scene.rules.current(),
        nameOf: names.nameOf,
        parents: names.parents(),
        used: names.used(nodes.known ? nodes.all() : undefined),
        reach: reach.see(names.reach(scene), performance.now()),
        nowMs: scene.now(),
        mute: silentArc(),
        highestMark: highestOf(pools.all()),
      };
      const change = (stored: ZoneRecord) => tendRecord(stored, around);
      if (change(record) !== record) await scene.records.update(change, signal);
      return { againInMs: ROUND_MS };
    },
  };
}
