import { expect, it } from 'vitest';
import { type HeldPool, type WhyFrozen, whyFrozen } from '../../../shared/standstill/plan-thaw.ts';
import { readNode } from '../../../shared/views/node.ts';
import { readClaim } from '../../../shared/views/node-claim.ts';
import { AZ1, AZ2, nodeObject, zone } from '../cordon/nodes-in-memory.ts';

const LABELS = {
  'topology.k8s.aws/zone-id': AZ1.id,
  'topology.kubernetes.io/zone': AZ1.name,
  'karpenter.sh/nodepool': 'web',
};
const ELSEWHERE = { ...LABELS, 'topology.k8s.aws/zone-id': AZ2.id, 'topology.kubernetes.io/zone': AZ2.name };
const HOLD = { 'karpenter.sh/do-not-disrupt': 'true' };

function node(labels = LABELS, annotations: Record<string, string> = {}, unschedulable = true) {
  const object = nodeObject('node-1', { labels, unschedulable });
  object.metadata.annotations = annotations;
  return readNode(object);
}

const inZone = (operator: string, ...values: string[]) => ({
  requirements: [{ key: 'topology.kubernetes.io/zone', operator, values }],
});
function claim(given: {
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly spec?: object;
  readonly deleting?: boolean;
}) {
  const { labels = LABELS, spec = inZone('Exists'), deleting } = given;
  const metadata = { name: 'web-1', labels, ...(deleting ? { deletionTimestamp: 'now' } : {}) };
  return readClaim({ metadata, spec, status: given.node === undefined ? {} : { nodeName: given.node } });
}
const NOT_LAUNCHED = { 'karpenter.sh/nodepool': 'web' };

const WEB: HeldPool = { name: 'web', isEvacuated: false, isReached: true };
const LEAVES: HeldPool = { ...WEB, isEvacuated: true };
const OLD: HeldPool = { ...WEB, isReached: false };

it.each<[string, HeldPool, object, WhyFrozen | undefined]>([
  ['nothing in the zone', WEB, {}, undefined],
  ['its Node in the zone is held', WEB, { nodes: [node(LABELS, HOLD)] }, undefined],
  ['is not', WEB, { nodes: [node()] }, 'nodes'],
  ['is held, and open', WEB, { nodes: [node(LABELS, HOLD, false)] }, 'nodes'],
  ['need only be cordoned, because it is to leave', LEAVES, { nodes: [node()] }, undefined],
  ['is not even that', LEAVES, { nodes: [node(LABELS, {}, false)] }, 'nodes'],
  ['is in another zone', WEB, { nodes: [node(ELSEWHERE)] }, undefined],
  [
    "is another NodePool's",
    WEB,
    { nodes: [node({ ...LABELS, 'karpenter.sh/nodepool': 'other' })] },
    undefined,
  ],
  ['is not what the set asks for yet', OLD, {}, 'not-reached'],
  ['a claim in the zone has no Node', WEB, { claims: [claim({})] }, 'claims'],
  ['nobody has seen its Node', WEB, { claims: [claim({ node: 'node-1' })] }, 'claims'],
  ['its Node is held', WEB, { claims: [claim({ node: 'node-1' })], nodes: [node(LABELS, HOLD)] }, undefined],
  ['the claim is on its way out', WEB, { claims: [claim({ deleting: true })] }, undefined],
  ['the claim is elsewhere', WEB, { claims: [claim({ labels: ELSEWHERE })] }, undefined],
  ['a claim may still go there', WEB, { claims: [claim({ labels: NOT_LAUNCHED })] }, 'claims'],
  [
    'one may go to other zones alone',
    WEB,
    { claims: [claim({ labels: NOT_LAUNCHED, spec: inZone('NotIn', AZ1.name) })] },
    undefined,
  ],
  [
    'nobody can read where one may go',
    WEB,
    { claims: [claim({ labels: NOT_LAUNCHED, spec: { requirements: 'none' } })] },
    'claims',
  ],
])('%s', (_what, pool, seen, expected) => {
  const scene = { pools: [pool], nodes: [], claims: [], ...seen };
  expect([...whyFrozen(zone('impaired'), scene, () => false)]).toEqual([[pool.name, expected]]);
});

it('who is thawed stays so while it waits for another zone to come back, and not where a Node is not held', () => {
  const isThawed = () => true;
  const of = (seen: object) =>
    whyFrozen(zone('impaired'), { pools: [OLD], nodes: [], claims: [], ...seen }, isThawed).get('web');
  expect([of({}), of({ nodes: [node()] })]).toEqual([undefined, 'nodes']);
});
