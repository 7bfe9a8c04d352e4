import type { KubeObject } from '../../shared/kube/object.ts';
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
  const now = readNode(released?.object ?? object);
  const opened = await write(session, planCordon([now], NOTHING_IMPAIRED, ALL_RELEASED));
  const done = [released, opened].flatMap((each) => each?.words ?? []);
  return done.length === 0 ? undefined : { done: `Node ${now.name}: ${done.join(', ')}` };
};

/** What was done to the Node, in words, and the Node as it is then; `undefined` where nothing was to be done. */
async function write(
  { client, signal }: Session,
  [action]: readonly NodeAction[],
): Promise<{ readonly words: string; readonly object: KubeObject | undefined } | undefined> {
  if (action === undefined || action.kind === 'cordon' || action.kind === 'hold') return undefined;
  const { result, error, object } = await writeNode(client, action, signal);
  if (result !== 'done') throw error;
  return { words: DONE[action.kind], object };
}
