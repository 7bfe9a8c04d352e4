import type { OrderedZone, Orders } from '../record/orders.ts';
import type { HeldMark } from '../views/held-mark.ts';
import { HOLDING_ANNOTATIONS, HOLDS } from '../views/holding-annotations.ts';
import type { NodeView } from '../views/node.ts';
import { isNodeIn } from './node-zone.ts';

/**
 * `hold`: set what keeps Karpenter from choosing the Node, and our mark. `release`: take the mark, and put back what stood
 * there before, where it is still as we set it.
 */
export type HoldAction =
  | { readonly kind: 'hold'; readonly node: NodeView; readonly zone: OrderedZone; readonly mark: HeldMark }
  | {
      readonly kind: 'release';
      readonly node: NodeView;
      readonly zoneId: string;
      readonly back: HeldMark['before'];
    };

export interface HoldSettings {
  /** False: nothing is held; what is held is given back when its zone is gone. */
  readonly cordon: boolean;
  /** Whether this very set has reached the NodePools: only then a zone that it has no more is given back. */
  readonly released: boolean;
  /** The NodePools whose Nodes are held one by one. */
  readonly heldPools: ReadonlySet<string>;
}

/**
 * What has to be done so that the Nodes of impaired zones stay, each by itself. Pure and level-triggered, as the cordon is.
 * A Node whose annotations somebody took back is left so: our mark tells that it was held for this shift already.
 */
export function planHold(nodes: readonly NodeView[], set: Orders, settings: HoldSettings): HoldAction[] {
  return nodes.flatMap((node) => planFor(node, set, settings) ?? []);
}

function planFor(node: NodeView, set: Orders, settings: HoldSettings): HoldAction | undefined {
  if (node.deleting) return undefined;
  const isMeant = node.nodePool !== undefined && settings.heldPools.has(node.nodePool);
  const zone = isMeant ? set.zones.find((candidate) => isNodeIn(node, candidate)) : undefined;
  if (node.held === undefined) {
    if (!settings.cordon || zone?.state !== 'impaired') return undefined;
    const before = whatIsSet(node);
    return before === undefined ? undefined : { kind: 'hold', node, zone, mark: { zoneId: zone.id, before } };
  }
  const { zoneId } = node.held;
  // Of a NodePool whose Nodes are not held any more it is given back at once: they are to leave, or are its owner's.
  const stands = zone !== undefined || set.zones.some(({ id }) => id === zoneId);
  if (isMeant && (stands || !settings.released)) return undefined;
  return { kind: 'release', node, zoneId, back: whatGoesBack(node, node.held) };
}

/** The annotations that have to be set, with what stands there; `undefined` where somebody has set all of them. */
function whatIsSet({ holding }: NodeView): HeldMark['before'] | undefined {
  const missing = HOLDING_ANNOTATIONS.filter((name) => holding[name].value !== HOLDS);
  if (missing.length === 0) return undefined;
  return Object.fromEntries(missing.map((name) => [name, holding[name].value ?? null]));
}

/** Those that are still as we set them. */
function whatGoesBack({ holding }: NodeView, { before }: HeldMark): HeldMark['before'] {
  const ours = HOLDING_ANNOTATIONS.filter(
    (name) => before[name] !== undefined && holding[name].value === HOLDS && !holding[name].byOthers,
  );
  return Object.fromEntries(ours.map((name) => [name, before[name] ?? null]));
}

/**
 * Whether Karpenter leaves a Node alone, and nothing new comes to it; or a person has taken that back, who knows why.
 *
 * @param isEvacuated the Node is to leave: it need only be cordoned
 */
export function isHeld(node: NodeView, isEvacuated: boolean): boolean {
  const isClosed = node.unschedulable || node.mark !== undefined;
  const stays = node.holding['karpenter.sh/do-not-disrupt'].value === HOLDS || node.held !== undefined;
  return isClosed && (isEvacuated || stays);
}
