import { planCordon } from '../../shared/standstill/plan-cordon.ts';
import { writeNode } from '../../shared/stores/write-node.ts';
import { readNode } from '../../shared/views/node.ts';
import type { Write } from './each-marked.ts';

const NOTHING_IMPAIRED = { generation: 0, zones: [] };
const ALL_RELEASED = { cordon: false, released: true, exemptPools: new Set<string>() };

const DONE = {
  uncordon: 'uncordoned',
  forget: 'left as somebody else set it, without our mark',
} as const;

/** Uncordons one Node that we cordoned; one that is somebody else's by now loses our mark alone. */
export const giveNodeBack: Write = async ({ client, signal }, object) => {
  const [action] = planCordon([readNode(object)], NOTHING_IMPAIRED, ALL_RELEASED);
  if (action === undefined || action.kind === 'cordon') return undefined;
  const { result, error } = await writeNode(client, action, signal);
  if (result !== 'done') throw error;
  return { done: `Node ${action.node.name}: ${DONE[action.kind]}` };
};
