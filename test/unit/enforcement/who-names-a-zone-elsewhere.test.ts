import { describe, expect, it } from 'vitest';
import { giveBack } from '../../../shared/enforcement/give-back.ts';
import { enforceNodeClaim } from '../../../shared/enforcement/nodeclaim.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { stateOfPool } from '../../../shared/enforcement/standing.ts';
import type { OrderedZone, Orders } from '../../../shared/record/orders.ts';
import { nodeClaimSchema, nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { validateNodeClaim } from '../../../webhook/validate/nodeclaim.ts';
import { validateNodePool } from '../../../webhook/validate/nodepool.ts';
import { reviewOf } from '../../http/webhook/reviews.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { type Json, nudged, stored } from './stored.ts';

const ZONE = 'topology.kubernetes.io/zone';
const ID = 'topology.k8s.aws/zone-id';
const AZ3: OrderedZone = {
  ...{ id: 'use1-az3', state: 'impaired' },
  sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
};
const NAMED: OrderedZone = { ...AZ3, name: 'us-east-1c' };
const knownNames = ['us-east-1a', 'us-east-1b', 'us-east-1d'];
const elsewhere = (zone: OrderedZone): Orders => ({
  generation: 3,
  zones: [],
  elsewhere: { zones: [zone], knownNames },
});
const pool = (...requirements: object[]): Json => nodePool('web', requirements) as unknown as Json;
const requirementsIn = (object: Json) => nodePoolSchema.parse(object).spec.template.spec.requirements;
const withLabel = (zone: string): Json => ({
  ...{ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'web' } },
  spec: { template: { metadata: { labels: { [ZONE]: zone } }, spec: { requirements: [] } } },
});

describe('a NodePool that is written while a zone elsewhere is away', () => {
  it.each([
    ['names no zone', pool(), AZ3],
    ['names others, whose IDs are known', pool(inZones('us-east-1a', 'us-east-1d')), AZ3],
    ['names others, and the zone has a name', pool(inZones('us-east-1a', 'us-east-1f')), NAMED],
    ['leaves it out by name', pool({ key: ZONE, operator: 'NotIn', values: ['us-east-1c'] }), NAMED],
    ['names other IDs', pool({ key: ID, operator: 'In', values: ['use1-az1'] }), AZ3],
  ])('is left alone where it %s', (_, object, zone) => {
    expect(stored(object, undefined, elsewhere(zone)).decision).toMatchObject({ patch: [], excluded: [] });
  });

  it.each([
    ['by name', pool(inZones('us-east-1a', 'us-east-1c')), NAMED, [inZones('us-east-1a')]],
    [
      'by a name that may be its',
      pool(inZones('us-east-1a', 'us-east-1f')),
      AZ3,
      [inZones('us-east-1a', 'us-east-1f'), { key: ID, operator: 'NotIn', values: ['use1-az3'] }],
    ],
    [
      'by ID',
      pool({ key: ID, operator: 'In', values: ['use1-az1', 'use1-az3'] }),
      AZ3,
      [{ key: ID, operator: 'In', values: ['use1-az1'] }],
    ],
    [
      'in a label of its template',
      withLabel('us-east-1c'),
      NAMED,
      [{ key: ZONE, operator: 'NotIn', values: ['us-east-1c'] }],
    ],
  ])('is kept out of it, and frozen, where it names it %s', (_, object, zone, expected) => {
    const { object: after, decision } = stored(object, undefined, elsewhere(zone));
    expect(decision).toMatchObject({ frozen: true, excluded: [{ id: 'use1-az3' }] });
    expect(requirementsIn(after)).toEqual(expected);
    // It stays so when it is looked at again, and is what it would be were the zone impaired for all.
    expect(nudged(after, elsewhere(zone))).toEqual(after);
    const set = { generation: 3, zones: [zone] };
    expect(nudged(after, set)).toEqual(after);
    expect(stateOfPool(nodePoolSchema.parse(after), set, DEFAULT_ENFORCEMENT)).toBe('settled');
    // What its owner declared tells the leader that the zone is named.
    const back = giveBack(nodePoolSchema.parse(after), 'all');
    expect(back).toMatchObject({ declared: requirementsIn(object) ?? [] });
  });

  it('is exempt where its owner says so', () => {
    const object = pool(inZones('us-east-1a', 'us-east-1c'));
    const metadata = { name: 'web', annotations: { 'zonewarden.io/zone-enforcement': 'off' } };
    expect(stored({ ...object, metadata }, undefined, elsewhere(NAMED)).decision.patch).toEqual([]);
  });

  it('that names a zone on its way back because it is elsewhere is kept out of it', () => {
    const back = { ...NAMED, state: 'recovering' as const };
    const { decision } = stored(pool(inZones('us-east-1a', 'us-east-1c')), undefined, {
      ...elsewhere(NAMED),
      zones: [back],
    });
    expect(decision).toMatchObject({ excluded: [{ id: 'use1-az3' }], recovering: [] });
  });
});

describe('a NodeClaim that is made while a zone elsewhere is away', () => {
  const claim = (...requirements: object[]) => ({
    ...{ apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', metadata: { name: 'web-1' } },
    spec: { requirements },
  });
  const decide = (object: unknown) => enforceNodeClaim(nodeClaimSchema.parse(object), elsewhere(NAMED));

  it('is kept out of it where it names it, and refused where it names nothing else', () => {
    expect(decide(claim()).patch).toEqual([]);
    expect(decide(claim(inZones('us-east-1a', 'us-east-1b'))).patch).toEqual([]);
    expect(decide(claim(inZones('us-east-1a', 'us-east-1c'))).effective).toEqual([inZones('us-east-1a')]);
    expect(decide(claim(inZones('us-east-1c'))).refused).toBe('nothing-left');
  });

  it('is refused at the end where another webhook put the zone in, and so is a NodePool', () => {
    const state = { set: elsewhere(NAMED), settings: DEFAULT_ENFORCEMENT, exemptPools: new Set<string>() };
    const review = (object: unknown) => {
      const decoded = decodeReview(
        JSON.stringify(reviewOf({ operation: 'CREATE', object, oldObject: null })),
      );
      if (!decoded.ok) throw new Error(decoded.problem);
      return decoded.request;
    };
    const zones = [inZones('us-east-1a', 'us-east-1c'), inZones('us-east-1a')] as const;
    const claims = zones.map((one) => validateNodeClaim(review(claim(one)), state).verdict.allowed);
    const pools = zones.map((one) => validateNodePool(review(pool(one)), state).verdict.allowed);
    expect([claims, pools]).toEqual([
      [false, true],
      [false, true],
    ]);
  });
});
