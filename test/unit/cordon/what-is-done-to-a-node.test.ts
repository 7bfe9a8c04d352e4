import { describe, expect, it } from 'vitest';
import { planCordon } from '../../../shared/standstill/plan-cordon.ts';
import { AZ1, AZ2, nodeView, setOf, zone } from './nodes-in-memory.ts';

type Given = Parameters<typeof nodeView>[1];

const exemptPools = new Set(['reserved']);
const ON = { cordon: true, released: true, exemptPools };
const OFF = { cordon: false, released: true, exemptPools };
const NOT_YET = { cordon: true, released: false, exemptPools };
const RESERVED = {
  labels: { 'topology.k8s.aws/zone-id': AZ1.id, 'karpenter.sh/nodepool': 'reserved' },
};
const away = setOf(1, zone('impaired'));
const recovering = setOf(2, zone('recovering'));
const back = setOf(3);
const ours = { unschedulable: true, mark: AZ1.id, manager: 'zonewarden-watcher' };

describe('a Node', () => {
  it.each<[string, Given, typeof away, typeof ON, string | undefined]>([
    ['of a healthy cluster is left alone', {}, back, ON, undefined],
    ['of an impaired zone is cordoned', {}, away, ON, 'cordon'],
    ['is cordoned before the set has reached the NodePools', {}, away, NOT_YET, 'cordon'],
    ['by zone ID alone', { labels: { 'topology.k8s.aws/zone-id': AZ1.id } }, away, ON, 'cordon'],
    ['by zone name alone', { labels: { 'topology.kubernetes.io/zone': AZ1.name } }, away, ON, 'cordon'],
    [
      'by the old label',
      { labels: { 'failure-domain.beta.kubernetes.io/zone': AZ1.name } },
      away,
      ON,
      'cordon',
    ],
    ['of an exempt NodePool is not', RESERVED, away, ON, undefined],
    ['of one that became exempt is given back at once', { ...ours, ...RESERVED }, away, NOT_YET, 'uncordon'],
    ['and forgotten where a person uncordoned it', { mark: AZ1.id, ...RESERVED }, away, ON, 'forget'],
    ['of another zone is not', { labels: { 'topology.kubernetes.io/zone': AZ2.name } }, away, ON, undefined],
    ['without a zone is not', { labels: {} }, away, ON, undefined],
    ['of a zone whose name nobody knows', {}, setOf(1, zone('impaired', { id: AZ1.id })), ON, 'cordon'],
    [
      'that has a name only, while the name of the zone is not known',
      { labels: { 'topology.kubernetes.io/zone': AZ1.name } },
      setOf(1, zone('impaired', { id: AZ1.id })),
      ON,
      undefined,
    ],
    ['is not cordoned with the option off', {}, away, OFF, undefined],
    ['on its way out is not written', { deleting: true }, away, ON, undefined],
    ['on its way out keeps its mark', { ...ours, deleting: true }, back, ON, undefined],
    [
      'that somebody else cordoned is not touched',
      { unschedulable: true, manager: 'kubectl-cordon' },
      away,
      ON,
      undefined,
    ],
    ['and never uncordoned', { unschedulable: true, manager: 'kubectl-cordon' }, back, ON, undefined],
    ['that we cordoned stays so', ours, away, ON, undefined],
    ['also while the zone recovers', ours, recovering, ON, undefined],
    ['is not cordoned while the zone recovers', {}, recovering, ON, undefined],
    ['is uncordoned when the zone is gone', ours, back, ON, 'uncordon'],
    ['also with the option off', ours, back, OFF, 'uncordon'],
    ['but not before NodePools have heard of it', ours, back, NOT_YET, undefined],
    ['is uncordoned while another zone is away', ours, setOf(3, zone('impaired', AZ2)), ON, 'uncordon'],
    ['that a person uncordoned is not cordoned again', { mark: AZ1.id }, away, ON, undefined],
    ['and loses its mark at the end', { mark: AZ1.id }, back, ON, 'forget'],
    ['but no sooner', { mark: AZ1.id }, back, NOT_YET, undefined],
    [
      'that a person uncordoned and cordoned anew stays cordoned at the end',
      { ...ours, manager: 'kubectl-cordon' },
      back,
      ON,
      'forget',
    ],
    [
      'whose managedFields were stripped goes by its mark',
      { unschedulable: true, mark: AZ1.id },
      back,
      ON,
      'uncordon',
    ],
    [
      'whose managedFields were stripped, and written anew by an apply',
      { ...ours, manager: 'before-first-apply' },
      back,
      ON,
      'uncordon',
    ],
    [
      'with a mark that nobody writes is not touched while its zone is away',
      { ...ours, mark: 'true' },
      away,
      ON,
      undefined,
    ],
    ['and given back at the end', { ...ours, mark: 'true' }, back, ON, 'uncordon'],
    ['with an empty mark is given back', { ...ours, mark: '' }, back, ON, 'uncordon'],
    [
      'that lost its labels keeps its cordon while its zone is away',
      { ...ours, labels: {} },
      away,
      ON,
      undefined,
    ],
  ])('%s', (_what, given, set, settings, expected) => {
    const planned = planCordon([nodeView('a', given)], set, settings);
    expect(planned.map(({ kind }) => kind)).toEqual(expected === undefined ? [] : [expected]);
  });

  it('is cordoned for its own zone', () => {
    const set = setOf(1, zone('impaired', AZ2), zone('impaired', AZ1));
    const [action] = planCordon([nodeView('a')], set, ON);
    expect(action).toMatchObject({ kind: 'cordon', zone: AZ1 });
  });
});
