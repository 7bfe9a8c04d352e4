import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { planCordon } from '../../shared/standstill/plan-cordon.ts';
import { planHold } from '../../shared/standstill/plan-hold.ts';
import { type NodeAction, writeNode } from '../../shared/stores/write-node.ts';
import { readNode } from '../../shared/views/node.ts';
import type { Session } from '../session/session.ts';
import type { Write } from './each-marked.ts';

const NOTHING_IMPAIRED = { generation: 0, zones: [] };
const NO_POOLS: ReadonlySet<string> = new Set();
const ALL_RELEASED = { cordon: false, released: true, exemptPools: NO_POOLS, heldPools: NO_POOLS };

const DONE = {
  uncordon: 'uncordoned',
  forget: 'left as somebody else set it, without our mark',
  release: "Karpenter's again",
} as const;

/**
 * Gives back one Node that we held or cordoned: Karpenter may choose it again, and pods may go there. What is somebody
 * else's by now loses our mark alone.
 */
export const giveNodeBack: Write = async (session, object) => {
  const released = await write(session, planHold([readNode(object)], NOTHING_IMPAIRED, ALL_RELEASED));
  const { client, signal } = session;
  const now = released === undefined ? object : await client.get(resources.nodes, nameOf(object), { signal });
  const opened = await write(session, planCordon([readNode(now)], NOTHING_IMPAIRED, ALL_RELEASED));
  const done = [released, opened].flatMap((each) => each ?? []);
  return done.length === 0 ? undefined : { done: `Node ${object.metadata.name}: ${done.join(', ')}` };
};

const nameOf = ({ metadata: { name = '' } }: KubeObject) => ({ name });

/** What was done to the Node, in words. */
async function write(
  { client, signal }: Session,
  [action]: readonly NodeAction[],
): Promise<string | undefined> {
  if (action === undefined || action.kind === 'cordon' || action.kind === 'hold') return undefined;
  const { result, error } = await writeNode(client, action, signal);
  if (result !== 'done') throw error;
  return DONE[action.kind];
}
