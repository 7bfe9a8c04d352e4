import { expect, it } from 'vitest';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import type { NamedZone } from '../../../../shared/catalog/matches.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import { nodeClassKey } from '../../../../shared/policy/core/surroundings.ts';
import { isSameZone, zoneWords } from '../../../../shared/policy/counting/listed-zones.ts';
import { nodeClassFacts } from '../../../../shared/policy/reading/node-class-facts.ts';

const A: NamedZone = { id: 'use1-az1', name: 'us-east-1a' };
const B: NamedZone = { id: 'use1-az2', name: 'us-east-1b' };
const C: NamedZone = { id: 'use1-az4', name: 'us-east-1c' };
const NAME = 'topology.kubernetes.io/zone';
const ID = 'topology.k8s.aws/zone-id';

interface Known {
  readonly subnets?: readonly NamedZone[];
  readonly zones?: readonly NamedZone[];
}

function openZones(
  requirements: readonly (readonly [string, string, string])[],
  { subnets, zones = [] }: Known,
) {
  const nodeClass = {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: 'default' },
    ...(subnets && { status: { subnets: subnets.map(({ id, name }) => ({ zoneID: id, zone: name })) } }),
  };
  const pool = {
    metadata: { name: 'web' },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          requirements: requirements.map(([key, operator, values]) => ({
            key,
            operator,
            values: values.split(' '),
          })),
        },
      },
    },
  };
  const subject = new Subject('NodePool', pool, {
    catalog: bundledCatalog(),
    nodeClasses: new Map([[nodeClassKey('EC2NodeClass', 'default'), nodeClassFacts(nodeClass)]]),
    knowsAllNodeClasses: true,
    nodePools: [],
    zones,
    impaired: [],
  });
  return subject.openZones?.map(zoneWords);
}

const words = (...zones: readonly NamedZone[]) => zones.map(zoneWords);

it('are those of the subnets, less what the requirements leave out by name or by ID', () => {
  expect(openZones([], { subnets: [A, B, C] })).toEqual(words(A, B, C));
  expect(openZones([[NAME, 'In', 'us-east-1a us-east-1c']], { subnets: [A, B, C] })).toEqual(words(A, C));
  expect(openZones([[ID, 'NotIn', 'use1-az1']], { subnets: [A, B, C] })).toEqual(words(B, C));
  expect(openZones([[NAME, 'In', 'us-east-1x']], { subnets: [A, B] })).toEqual([]);
  expect(
    openZones([['failure-domain.beta.kubernetes.io/zone', 'In', 'us-east-1b']], { subnets: [A, B] }),
  ).toEqual(words(B));
});

it('are those that the requirements list where no subnets are known, with the other name where it is known', () => {
  expect(openZones([[NAME, 'In', 'us-east-1a us-east-1b']], {})).toEqual(['us-east-1a', 'us-east-1b']);
  expect(openZones([[NAME, 'In', 'us-east-1a us-east-1b']], { zones: [A] })).toEqual([
    ...words(A),
    'us-east-1b',
  ]);
  expect(openZones([[ID, 'In', 'use1-az1 use1-az2']], { zones: [B] })).toEqual(['use1-az1', ...words(B)]);
});

it('are the shorter of two lists, because each zone has to be in both', () => {
  const both = [
    [NAME, 'In', 'us-east-1a us-east-1b us-east-1c'],
    [ID, 'In', 'use1-az1 use1-az2'],
  ] as const;
  expect(openZones(both, {})).toEqual(['use1-az1', 'use1-az2']);
  expect(openZones(both, { zones: [A, C] })).toEqual([...words(A), 'use1-az2']);
});

it('are two or more zones that are named otherwise; a single one only gives a name', () => {
  expect(openZones([], { zones: [A, B] })).toEqual(words(A, B));
  expect(openZones([[NAME, 'NotIn', 'us-east-1a']], { zones: [A, B] })).toEqual(words(B));
  expect(openZones([], { zones: [A] })).toBeUndefined();
  expect(openZones([[NAME, 'NotIn', 'us-east-1a']], { zones: [A] })).toBeUndefined();
});

it('are unknown where nothing tells', () => {
  expect(openZones([], {})).toBeUndefined();
});

it('are the same where an ID, or where no ID is known a name, is the same', () => {
  expect(isSameZone(A, { id: 'use1-az1', name: '' })).toBe(true);
  expect(isSameZone(A, { id: '', name: 'us-east-1a' })).toBe(true);
  // The same name in another account.
  expect(isSameZone(A, { id: 'use1-az6', name: 'us-east-1a' })).toBe(false);
  expect(isSameZone({ id: 'use1-az1', name: '' }, { id: '', name: 'us-east-1a' })).toBe(false);
});
