import { describe, expect, it } from 'vitest';
import { isHeld, planHold } from '../../../shared/standstill/plan-hold.ts';
import { encodeHeld, type HeldMark } from '../../../shared/views/held-mark.ts';
import { readNode } from '../../../shared/views/node.ts';
import { AZ1, AZ2, nodeObject, setOf, zone } from '../cordon/nodes-in-memory.ts';

const DISRUPT = 'karpenter.sh/do-not-disrupt';
const REPAIR = 'karpenter.sh/do-not-repair';
const POOL = 'web';

interface Given {
  readonly pool?: string | undefined;
  readonly values?: Readonly<Record<string, string>>;
  readonly before?: HeldMark['before'] | undefined;
  readonly markText?: string;
  /** Annotations that somebody else owns. */
  readonly theirs?: readonly string[];
  readonly unschedulable?: boolean;
  readonly cordonMark?: boolean;
  readonly deleting?: boolean;
}

function node({ pool = POOL, values = {}, before, markText, theirs = [], ...rest }: Given) {
  const object = nodeObject('a', {
    labels: { 'topology.k8s.aws/zone-id': AZ1.id, 'karpenter.sh/nodepool': pool },
    ...(rest.unschedulable ? { unschedulable: true } : {}),
    ...(rest.cordonMark ? { mark: AZ1.id } : {}),
    ...(rest.deleting ? { deleting: true } : {}),
  });
  const mark = before === undefined ? markText : encodeHeld({ zoneId: AZ1.id, before });
  object.metadata.annotations = {
    ...object.metadata.annotations,
    ...values,
    ...(mark === undefined ? {} : { 'zonewarden.io/held': mark }),
  };
  const fields = Object.fromEntries(theirs.map((name) => [`f:${name}`, {}]));
  if (theirs.length > 0)
    object.metadata.managedFields?.push({
      manager: 'kubectl-annotate',
      fieldsV1: { 'f:metadata': { 'f:annotations': fields } },
    });
  return readNode(object);
}

const ON = { cordon: true, released: true, heldPools: new Set([POOL]) };
const away = setOf(1, zone('impaired'));
const recovering = setOf(2, zone('recovering'));
const back = setOf(3);
const BOTH = { [DISRUPT]: 'true', [REPAIR]: 'true' };
const OURS = { values: BOTH, before: { [DISRUPT]: null, [REPAIR]: null } };

describe('a Node', () => {
  it.each<[string, Given, typeof away, typeof ON, object | undefined]>([
    ['of a healthy cluster is left alone', {}, back, ON, undefined],
    ['of an impaired zone is held', {}, away, ON, { set: { [DISRUPT]: null, [REPAIR]: null } }],
    [
      'is held before the set has reached the NodePools',
      {},
      away,
      { ...ON, released: false },
      { set: { [DISRUPT]: null, [REPAIR]: null } },
    ],
    ['of a NodePool whose Nodes are not held is not', { pool: 'other' }, away, ON, undefined],
    ['of no NodePool is not', { pool: '' }, away, ON, undefined],
    ['of another zone is not', {}, setOf(1, zone('impaired', AZ2)), ON, undefined],
    ['is not where Nodes are not written', {}, away, { ...ON, cordon: false }, undefined],
    ['is not held while the zone recovers', {}, recovering, ON, undefined],
    ['on its way out is not written', { deleting: true }, away, ON, undefined],
    [
      'with a value that Karpenter does not obey is held, and the value remembered',
      { values: { [DISRUPT]: 'false' } },
      away,
      ON,
      { set: { [DISRUPT]: 'false', [REPAIR]: null } },
    ],
    [
      'that its owner keeps is held by the rest',
      { values: { [DISRUPT]: 'true' } },
      away,
      ON,
      { set: { [REPAIR]: null } },
    ],
    ['that its owner keeps in both ways is left alone', { values: BOTH }, away, ON, undefined],
    [
      'with a mark that nobody writes is held anew',
      { markText: 'true' },
      away,
      ON,
      { set: { [DISRUPT]: null, [REPAIR]: null } },
    ],
    ['that is held stays so', OURS, away, ON, undefined],
    ['also while the zone recovers', OURS, recovering, ON, undefined],
    ['also before NodePools have heard that it is back', OURS, back, { ...ON, released: false }, undefined],
    ['is released when the zone is gone', OURS, back, ON, { back: { [DISRUPT]: null, [REPAIR]: null } }],
    [
      'also where Nodes are not written any more',
      OURS,
      back,
      { ...ON, cordon: false },
      { back: { [DISRUPT]: null, [REPAIR]: null } },
    ],
    [
      'is released at once when its NodePool is not held any more',
      OURS,
      away,
      { ...ON, released: false, heldPools: new Set<string>() },
      { back: { [DISRUPT]: null, [REPAIR]: null } },
    ],
    [
      'gets back what stood there',
      { values: BOTH, before: { [DISRUPT]: 'false', [REPAIR]: null } },
      back,
      ON,
      { back: { [DISRUPT]: 'false', [REPAIR]: null } },
    ],
    [
      "keeps what is its owner's",
      { values: BOTH, before: { [REPAIR]: null } },
      back,
      ON,
      { back: { [REPAIR]: null } },
    ],
    [
      'keeps what its owner has set anew',
      { ...OURS, theirs: [DISRUPT] },
      back,
      ON,
      { back: { [REPAIR]: null } },
    ],
    ['from which a person took it is not held again', { before: OURS.before }, away, ON, undefined],
    ['and loses its mark at the end', { before: OURS.before }, back, ON, { back: {} }],
    [
      'keeps what a person made of it',
      { values: { [DISRUPT]: 'no', [REPAIR]: 'true' }, before: OURS.before },
      back,
      ON,
      { back: { [REPAIR]: null } },
    ],
  ])('%s', (_what, given, set, settings, expected) => {
    const planned = planHold([node(given)], set, settings).map((action) =>
      action.kind === 'hold' ? { set: action.mark.before } : { back: action.back },
    );
    expect(planned).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('a Node counts as held', () => {
  const cordoned = { unschedulable: true };
  it.each<[string, Given, boolean, boolean]>([
    ['cordoned, and Karpenter keeps away', { ...cordoned, ...OURS }, true, true],
    ['both by its owner', { ...cordoned, values: { [DISRUPT]: 'true' } }, true, true],
    ['cordoned alone: enough where it is to leave', cordoned, false, true],
    ['open', OURS, false, false],
    ['uncordoned by a person', { ...OURS, cordonMark: true }, true, true],
    ['given to Karpenter by a person', { ...cordoned, before: OURS.before }, true, true],
    [
      'with a value that Karpenter does not obey',
      { ...cordoned, values: { [DISRUPT]: 'false' } },
      false,
      true,
    ],
  ])('%s', (_what, given, stays, leaves) => {
    expect([isHeld(node(given), false), isHeld(node(given), true)]).toEqual([stays, leaves]);
  });
});
