import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PASSING_MS, ReachInTime } from '../../../shared/reach/reach-in-time.ts';
import { reachOfCluster } from '../../../shared/reach/reach-of-cluster.ts';
import type { Reach } from '../../../shared/record/reach.ts';
import { useOfZone } from '../../../shared/record/use-of-zone.ts';
import { inZones } from '../../installation/node-pools.ts';
import { nodeView } from '../cordon/nodes-in-memory.ts';
import { believing } from '../zone-names/believing.ts';
import { type At, ClusterInMemory, ec2NodeClass, storedClaim, storedPool } from './cluster-in-memory.ts';

const A: At = ['use1-az1', 'us-east-1a'];
const B: At = ['use1-az2', 'us-east-1b'];
const C: At = ['use1-az3', 'us-east-1c'];
const D: At = ['use1-az4', 'us-east-1d'];
const ZONE = 'topology.kubernetes.io/zone';
const ID = 'topology.k8s.aws/zone-id';

/** The cluster of case A1: subnets in three zones of six, and one NodePool. */
function three(): ClusterInMemory {
  const cluster = new ClusterInMemory();
  cluster.nodeClasses.show(ec2NodeClass('default', A, B, D));
  cluster.pools.show(storedPool('web'));
  return cluster;
}

function found(cluster: ClusterInMemory, known: readonly At[] = [A, B, D]) {
  const { names } = believing();
  for (const [id, name = ''] of known) names.learn('EC2NodeClasses', 'x', id, name);
  return reachOfCluster(cluster, names);
}
const ids = (reach: Reach) => Object.keys(reach.zones).sort();
const use = (cluster: ClusterInMemory, [id, name]: At, known?: readonly At[]) =>
  useOfZone({ id, ...(name === undefined ? {} : { name }) }, found(cluster, known).reach)?.use;

describe('the cluster of three zones', () => {
  it('uses those of its subnets, and no other', () => {
    const { reach, isPassing } = found(three());
    const by = 'EC2NodeClass default has a subnet there';
    expect([reach, isPassing]).toEqual([
      {
        zones: {
          'use1-az1': { name: 'us-east-1a', by },
          'use1-az2': { name: 'us-east-1b', by },
          'use1-az4': { name: 'us-east-1d', by },
        },
        names: {},
      },
      false,
    ]);
    expect([use(three(), ['use1-az3']), use(three(), C)]).toEqual(['elsewhere', 'elsewhere']);
  });

  it.each<[string, (cluster: ClusterInMemory) => void]>([
    ['a subnet', ({ nodeClasses }) => nodeClasses.show(ec2NodeClass('default', A, B, C, D))],
    [
      'a subnet of another EC2NodeClass that a NodePool refers to',
      ({ nodeClasses, pools }) => {
        nodeClasses.show(ec2NodeClass('default', A, B, D), ec2NodeClass('batch', C));
        const ref = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'batch' };
        pools.show(storedPool('web'), storedPool('batch', [], { ref }));
      },
    ],
    ['a Node', ({ nodes }) => nodes.show(nodeView('n', { labels: { [ID]: C[0], [ZONE]: C[1] ?? '' } }))],
    ['a Node that has the ID alone', ({ nodes }) => nodes.show(nodeView('n', { labels: { [ID]: C[0] } }))],
    ['a NodeClaim', ({ claims }) => claims.show(storedClaim('c', [], { [ID]: C[0] }))],
    [
      'a NodeClaim that is not launched and names it',
      ({ claims }) => claims.show(storedClaim('c', [{ key: ID, operator: 'In', values: [A[0], C[0]] }])),
    ],
    [
      'a NodePool that names its ID',
      ({ pools }) => pools.show(storedPool('web', [{ key: ID, operator: 'In', values: [C[0]] }])),
    ],
  ])('uses a zone where it has %s', (_, change) => {
    const cluster = three();
    change(cluster);
    expect(use(cluster, ['use1-az3'])).toBe('used');
    expect(found(cluster).reach.unknown).toBeUndefined();
  });

  it.each<[string, readonly object[]]>([
    ['by name', [inZones('us-east-1a', 'us-east-1c')]],
    ['under an alias', [{ key: 'topology.ebs.csi.aws.com/zone', operator: 'In', values: ['us-east-1c'] }]],
  ])('uses a zone that a NodePool names %s, once its name is known', (_, requirements) => {
    const cluster = three();
    cluster.pools.show(storedPool('web', requirements));
    expect(use(cluster, C)).toBe('used');
    expect(use(cluster, C, [A, B, C, D])).toBe('used');
    // Which of the zones without a name it is nobody knows: each may be it.
    expect(use(cluster, ['use1-az3'])).toBe('unknown');
    expect(use(cluster, ['use1-az6', 'us-east-1f'])).toBe('elsewhere');
  });

  it('uses what a NodePool declares, also while it is kept out of it', () => {
    const cluster = three();
    const sources = [{ id: 'x', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }];
    const zone = { id: C[0], name: 'us-east-1c', state: 'impaired' as const, sources };
    const declared = [inZones('us-east-1a', 'us-east-1c')];
    const pool = storedPool('web', declared, { set: { generation: 2, zones: [zone] } });
    expect(pool.enforced.spec.template.spec.requirements).toEqual([inZones('us-east-1a')]);
    cluster.pools.show(pool);
    expect(use(cluster, C)).toBe('used');
  });

  it.each<[string, (cluster: ClusterInMemory) => void]>([
    [
      'a subnet of an EC2NodeClass that nobody refers to',
      ({ nodeClasses }) => nodeClasses.show(ec2NodeClass('default', A, B, D), ec2NodeClass('idle', C)),
    ],
    [
      'an EC2NodeClass without subnets that nobody refers to',
      ({ nodeClasses }) => nodeClasses.show(ec2NodeClass('default', A, B, D), ec2NodeClass('idle')),
    ],
    ['a Node without zone labels', ({ nodes }) => nodes.show(nodeView('hybrid', { labels: {} }))],
    [
      'a NodePool that leaves it out',
      ({ pools }) =>
        pools.show(storedPool('web', [{ key: ZONE, operator: 'NotIn', values: ['us-east-1c'] }])),
    ],
    [
      'a NodePool that lists it and leaves it out',
      ({ pools }) =>
        pools.show(
          storedPool('web', [
            inZones('us-east-1a', 'us-east-1c'),
            { key: ZONE, operator: 'NotIn', values: ['us-east-1c'] },
          ]),
        ),
    ],
  ])('does not use a zone by %s', (_, change) => {
    const cluster = three();
    change(cluster);
    expect([use(cluster, ['use1-az3']), use(cluster, C)]).toEqual(['elsewhere', 'elsewhere']);
  });
});

describe('unknown is not none', () => {
  const foreign = (group: string, kind: string) =>
    storedPool('other', [], { ref: { group, kind, name: 'x' } });
  it.each<[string, (cluster: ClusterInMemory) => void, boolean, RegExp]>([
    [
      "a NodePool of EKS Auto Mode's NodeClass",
      ({ pools }) => pools.show(storedPool('web'), foreign('eks.amazonaws.com', 'NodeClass')),
      false,
      /^NodePool other refers to a NodeClass of eks.amazonaws.com/,
    ],
    [
      "a NodePool of another provider's NodeClass",
      ({ pools }) => pools.show(foreign('karpenter.kwok.sh', 'KWOKNodeClass')),
      false,
      /KWOKNodeClass/,
    ],
    [
      'a NodePool that refers to nothing',
      ({ pools }) => pools.show(storedPool('web', [], { ref: {} })),
      false,
      /refers to no NodeClass/,
    ],
    [
      'an EC2NodeClass without a status',
      ({ nodeClasses }) => nodeClasses.show(ec2NodeClass('default')),
      true,
      /default has no subnets/,
    ],
    ['an EC2NodeClass that is absent', ({ nodeClasses }) => nodeClasses.show(), true, /does not exist/],
    [
      'a cluster without the kind EC2NodeClass',
      ({ nodeClasses }) => {
        nodeClasses.show();
        Object.assign(nodeClasses, { known: false, presence: 'absent' });
      },
      true,
      /does not exist/,
    ],
    [
      'an EC2NodeClass that cannot be read',
      (cluster) => Object.assign(cluster.nodeClasses, { unjudgeable: ['default'] }),
      false,
      /default cannot be read/,
    ],
    [
      'EC2NodeClasses that may not be read',
      (cluster) => Object.assign(cluster.nodeClasses, { presence: 'refused' }),
      false,
      /right to list/,
    ],
    [
      'a NodePool that cannot be read',
      (cluster) => Object.assign(cluster.pools, { unjudgeable: ['vast'] }),
      false,
      /NodePool vast cannot be read/,
    ],
    [
      'a Node that cannot be read',
      (cluster) => Object.assign(cluster.nodes, { unjudgeable: ['n'] }),
      false,
      /Node n cannot be read/,
    ],
    [
      'Nodes that may not be read',
      (cluster) => Object.assign(cluster.nodes, { known: false, presence: 'refused' }),
      false,
      /right to list Nodes/,
    ],
    [
      'NodeClaims that have not been read yet',
      (cluster) => Object.assign(cluster.claims, { known: false, presence: 'unknown' }),
      true,
      /NodeClaims have not been read yet/,
    ],
    [
      'a subnet without a zone',
      ({ nodeClasses }) => nodeClasses.show(ec2NodeClass('default', A, ['', ''])),
      false,
      /subnet without a zone/,
    ],
  ])('with %s', (_, change, isPassing, why) => {
    const cluster = three();
    change(cluster);
    const { reach, ...rest } = found(cluster);
    expect([reach.unknown, rest.isPassing]).toEqual([expect.stringMatching(why), isPassing]);
    expect([use(cluster, ['use1-az3']), use(cluster, C)]).toEqual(['unknown', 'unknown']);
  });

  it('where the cluster is empty, and not where it has Nodes alone', () => {
    expect(found(new ClusterInMemory()).reach.unknown).toMatch(/nothing of this cluster/);
    const nodes = new ClusterInMemory();
    nodes.nodes.show(nodeView('n', { labels: { [ID]: A[0] } }));
    expect(found(nodes).reach).toEqual({
      zones: { 'use1-az1': { name: 'us-east-1a', by: 'a Node is there' } },
      names: {},
    });
    Object.assign(nodes.claims, { known: false, presence: 'absent' });
    expect(found(nodes).reach.unknown).toBeUndefined();
  });
});

it('whatever is added to a cluster takes no zone out of its reach', () => {
  const labelsOf = ([id, name = '']: At) => ({ [ID]: id, [ZONE]: name });
  const additions: Readonly<Record<string, (cluster: ClusterInMemory, at: At, name: string) => void>> = {
    subnet({ nodeClasses }, at) {
      const subnets = nodeClasses.all().flatMap((one) => one.subnets);
      const before = subnets.map(({ zoneId = '', zoneName = '' }): At => [zoneId, zoneName]);
      nodeClasses.show(ec2NodeClass('default', ...before, at));
    },
    node: ({ nodes }, at, name) => nodes.show(...nodes.all(), nodeView(name, { labels: labelsOf(at) })),
    claim: ({ claims }, at, name) => claims.show(...claims.all(), storedClaim(name, [], labelsOf(at))),
    pool: ({ pools }, [, zone = ''], name) => pools.show(...pools.all(), storedPool(name, [inZones(zone)])),
  };
  const addition = fc.tuple(fc.constantFrom(...Object.values(additions)), fc.constantFrom(A, B, C, D));
  fc.assert(
    fc.property(fc.array(addition, { maxLength: 12 }), (added) => {
      const cluster = three();
      let before = ids(found(cluster).reach);
      for (const [index, [add, at]] of added.entries()) {
        add(cluster, at, `added-${index}`);
        const after = ids(found(cluster, [A, B, C, D]).reach);
        expect(after).toEqual(expect.arrayContaining([...before, at[0]]));
        before = after;
      }
    }),
    { numRuns: 50 },
  );
});

describe('what is missing for a moment', () => {
  const known = { reach: { zones: {}, names: {} }, isPassing: false };
  const missing = { reach: { unknown: 'x', zones: {}, names: {} }, isPassing: true };

  it('leaves what was known for as long as it usually takes, and no longer', () => {
    const reach = new ReachInTime();
    expect(reach.see(known, 0)).toBe(known.reach);
    expect(reach.see(missing, 1000)).toBeUndefined();
    expect(reach.see(missing, 1000 + PASSING_MS - 1)).toBeUndefined();
    expect(reach.see(missing, 1000 + PASSING_MS)).toBe(missing.reach);
    expect(reach.see(known, 60_000)).toBe(known.reach);
    expect(reach.see(missing, 61_000)).toBeUndefined();
  });

  it('is told at once where it does not come by itself', () => {
    const lasting = { ...missing, isPassing: false };
    expect(new ReachInTime().see(lasting, 0)).toBe(lasting.reach);
  });
});
