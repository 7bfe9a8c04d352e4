import { type Orders, showSources } from '../../../shared/record/orders.ts';
import { ZONE_ID_PATTERN } from '../../../shared/record/zone-keys.ts';
import { planCordon } from '../../../shared/standstill/plan-cordon.ts';
import { planHold } from '../../../shared/standstill/plan-hold.ts';
import { oncePerList } from '../../../shared/stores/once-per-list.ts';
import { type NodeAction, type NodeWrite, writeNode } from '../../../shared/stores/write-node.ts';
import type { NodeView } from '../../../shared/views/node.ts';
import type { Controller } from '../../term/controller.ts';
import { exemptPools } from '../../term/exempt-pools.ts';
import { setOf, type TermScene } from '../../term/scene.ts';
import { heldPools } from './held-pools.ts';
import { NodeAttempts } from './node-attempts.ts';
import { ReopenedNodes } from './reopened-nodes.ts';

const CONCURRENCY = 16;

/** A look at all Nodes now and then, whatever was or was not heard: retries, and releases that only time brings. */
const TICK_MS = 1000;
/** Before NodePools are known, nobody knows whose Nodes are exempt. */
const UNKNOWN_MS = 50;

type Scene = Pick<
  TermScene,
  'client' | 'settings' | 'cordon' | 'record' | 'pools' | 'nodes' | 'names' | 'progress' | 'facts' | 'now'
>;

/**
 * Cordons the Nodes of impaired zones, and takes back what is ours when a zone is gone. What a write could not do is
 * done by a later look; nothing is remembered but when to ask again, so that it may be killed at any point.
 */
export function createStandstill(scene: Scene): Controller {
  const { record, nodes, progress } = scene;
  const attempts = new NodeAttempts();
  const reopened = new ReopenedNodes();
  // A list that is the same says nothing new of names, and is looked at each second.
  const learnNames = oncePerList((all: readonly NodeView[]) => all.forEach(scene.names.learn));
  return {
    name: 'standstill',
    rank: 'shift',
    // Which NodePools are exempt is looked at with each tick: hundreds of them change within a second of a shift.
    wokenBy: [record, nodes, progress.pools],
    async reconcile(signal) {
      // At the beginning of a term NodePools must not be nudged before the Nodes were looked at.
      if (!scene.pools.known) return { againInMs: UNKNOWN_MS };
      if (nodes.known) learnNames(nodes.all());
      await look(scene, attempts, reopened, signal);
      return { againInMs: TICK_MS };
    },
  };
}

async function look(
  scene: Scene,
  attempts: NodeAttempts,
  reopened: ReopenedNodes,
  signal: AbortSignal,
): Promise<void> {
  const { facts, progress, now } = scene;
  const set = setOf(scene);
  const record = scene.record.current();
  if (set === undefined || record === undefined || !scene.nodes.known) return;
  const nodes = scene.nodes.all();
  attempts.keepOnly(nodes);
  const settings = {
    cordon: scene.cordon,
    released: progress.isReleased(set.generation, now()),
    exemptPools: exemptPools(scene),
    heldPools: heldPools(scene),
    reopened: reopened.see(nodes, record, now()),
  };
  const waiting = planOf(nodes, set, settings).filter(({ node }) => attempts.mayTry(node, now()));
  // A set that changed meanwhile may want the opposite.
  const holds = () => !signal.aborted && setOf(scene)?.generation === set.generation;
  const work = async (): Promise<void> => {
    for (let action = waiting.shift(); action !== undefined && holds(); action = waiting.shift()) {
      const { result, error } = await writeNode(scene.client, action, signal);
      if (signal.aborted && result === 'failed') return;
      attempts.note(action.node, result, now(), error);
      tellWritten(scene, action, result, error);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  if (!holds()) return;
  facts.tell('nodes-cordoned', {
    counts: countByZone(scene.nodes.all(), ({ mark, unschedulable }) => (unschedulable ? mark : undefined)),
  });
  facts.tell('nodes-held', { counts: countByZone(scene.nodes.all(), ({ held }) => held?.zoneId) });
  progress.nodesTried(set.generation);
}

/** Each Node is written once at a time: what is to be done after that is seen when its watch has told of it. */
function planOf(
  nodes: readonly NodeView[],
  set: Orders,
  settings: Parameters<typeof planCordon>[2] & Parameters<typeof planHold>[2],
): NodeAction[] {
  const cordons = planCordon(nodes, set, settings);
  const planned = new Set(cordons.map(({ node }) => node.name));
  return [...cordons, ...planHold(nodes, set, settings).filter(({ node }) => !planned.has(node.name))];
}

const WHY = {
  uncordon: 'the zone is back',
  forget: 'the zone is back, and the Node is as somebody else left it',
  release: 'the zone is back, or the Nodes of the NodePool are not held any more',
} as const;

function tellWritten({ facts }: Scene, action: NodeAction, result: NodeWrite, error: unknown): void {
  const { kind, node } = action;
  const [zoneName] = node.zoneNames;
  const zone =
    kind === 'cordon' || kind === 'hold'
      ? { zoneId: action.zone.id, zone: action.zone.name ?? zoneName, why: showSources(action.zone) }
      : { zoneId: action.zoneId, zone: zoneName, why: WHY[kind] };
  facts.tell('node-written', { action: kind, result, node: node.name, ...zone });
  if (result === 'failed') facts.tell('failure', { part: 'cordon', error });
}

/** A mark that no watcher writes is counted as `unknown`: anybody may write annotations, and labels are few. */
function countByZone(
  nodes: readonly NodeView[],
  zoneOf: (node: NodeView) => string | undefined,
): { readonly zoneId: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const mark = zoneOf(node);
    if (mark === undefined) continue;
    const zoneId = ZONE_ID_PATTERN.test(mark) ? mark : 'unknown';
    counts.set(zoneId, (counts.get(zoneId) ?? 0) + 1);
  }
  return [...counts].map(([zoneId, count]) => ({ zoneId, count }));
}
