import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { FREEZE_MODES } from '../../../shared/enforcement/freeze.ts';
import { enforceNodeClaim } from '../../../shared/enforcement/nodeclaim.ts';
import { isOpenTo, nothingLeft } from '../../../shared/enforcement/zone-constraints.ts';
import type { Orders, Thawed } from '../../../shared/record/orders.ts';
import { nodeClaimSchema, nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { type Json, nudged, stored } from './stored.ts';

const NAMES = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'];
const IDS = ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4'];
const NAME_KEYS = [
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
];

const listEntry = (keys: string[], values: string[]) =>
  fc
    .record({
      key: fc.constantFrom(...keys),
      values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
      least: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    })
    .map(({ key, values: listed, least }) => ({
      key,
      operator: 'In',
      values: listed,
      ...(least === undefined ? {} : { minValues: Math.min(least, listed.length) }),
    }));
const refusal = fc
  .record({ key: fc.constantFrom(...NAME_KEYS), values: fc.uniqueArray(fc.constantFrom(...NAMES)) })
  .map(({ key, values }) => ({ key, operator: 'NotIn', values }));
const entry = fc.oneof(
  { weight: 3, arbitrary: listEntry(NAME_KEYS, NAMES) },
  { weight: 2, arbitrary: listEntry(['topology.k8s.aws/zone-id'], IDS) },
  refusal,
  fc.constant({ key: 'topology.kubernetes.io/zone', operator: 'Exists' }),
  fc.constant({ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }),
  fc.constant({ key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['3'] }),
);
const budget = fc.oneof(
  fc.constant({ nodes: '0' }),
  fc.constant({ nodes: '10%' }),
  fc.constant({ nodes: '5', reasons: ['Drifted'] }),
);
const nodePool = fc
  .record({
    requirements: fc.array(entry, { maxLength: 5 }),
    budgets: fc.array(budget, { maxLength: 3 }),
    label: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
    annotated: fc.boolean(),
  })
  .map(
    ({ requirements, budgets, label, annotated }): Json => ({
      metadata: { name: 'p', ...(annotated ? { annotations: { team: 'core' } } : {}) },
      spec: {
        template: {
          ...(label === undefined ? {} : { metadata: { labels: { 'topology.kubernetes.io/zone': label } } }),
          spec: { requirements },
        },
        disruption: { consolidateAfter: '0s', budgets },
      },
    }),
  );

/** Which of the four zones are impaired, which are recovering, and which of them have a name that is known. */
const zones = fc
  .record({
    states: fc.tuple(...IDS.map(() => fc.constantFrom('healthy', 'healthy', 'impaired', 'recovering'))),
    named: fc.tuple(...IDS.map(() => fc.constantFrom(true, true, true, false))),
    thawed: fc.tuple(...IDS.map(() => fc.constantFrom<Thawed | undefined>(undefined, 'all', ['p'], ['q']))),
  })
  .map(({ states, named, thawed }) =>
    IDS.flatMap((id, index): Orders['zones'] => {
      const state = states[index];
      if (state !== 'impaired' && state !== 'recovering') return [];
      const name = named[index] ? NAMES[index] : undefined;
      const order = thawed[index] === undefined ? {} : { thawed: thawed[index] };
      return [{ id, ...(name === undefined ? {} : { name }), state, sources: [], ...order }];
    }),
  );

function constraintsOf(object: Json) {
  const view = nodePoolSchema.parse(object);
  return { requirements: requirementsOf(view), labels: view.spec.template.metadata?.labels ?? {} };
}

/** The CRD's rules on a list of requirements (karpenter.sh_nodepools.yaml). */
function violations(object: Json): string[] {
  return constraintsOf(object).requirements.flatMap((requirement) => {
    if (requirement.operator !== 'In') return [];
    const size = requirement.values?.length ?? 0;
    if (size === 0) return ['In without values'];
    return (requirement.minValues ?? 0) > size ? ['fewer values than minValues'] : [];
  });
}

describe('any NodePool through any history of shifts', () => {
  it('targets no impaired zone, satisfies the CRD, settles at once, and comes back as it was declared', () => {
    fc.assert(
      fc.property(
        nodePool,
        fc.array(zones, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...FREEZE_MODES),
        (declared, history, frozen) => {
          const mode = { freeze: frozen } as const;
          let generation = 1;
          let object = declared;
          for (const impaired of history) {
            generation += 1;
            const set = { generation, zones: impaired };
            object = nudged(object, set, mode);
            const open = set.zones.filter(
              (zone) => zone.state === 'impaired' && isOpenTo(constraintsOf(object), zone),
            );
            expect(open).toEqual([]);
            expect(violations(object)).toEqual([]);
            expect(stored(object, object, set, mode).decision.patch).toEqual([]);
          }
          const after = nudged(object, { generation: generation + 1, zones: [] }, mode);
          expect(after).toEqual(declared);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('a stale webhook in between never gives a zone back', () => {
    fc.assert(
      fc.property(nodePool, zones, zones, (declared, now, before) => {
        const object = nudged(declared, { generation: 5, zones: now });
        const marked = nodePoolSchema.parse(object).metadata.annotations?.[DECLARED_ANNOTATION] !== undefined;
        fc.pre(marked);
        expect(nudged(object, { generation: 4, zones: before })).toEqual(object);
      }),
      { numRuns: 2000 },
    );
  });

  it('a NodeClaim is narrowed to healthy zones or refused, never to nothing', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), zones, (requirements, impaired) => {
        const set = { generation: 1, zones: impaired };
        const decision = enforceNodeClaim(
          nodeClaimSchema.parse({ metadata: {}, spec: { requirements } }),
          set,
        );
        const away = impaired.filter((zone) => zone.state === 'impaired');
        if (decision.refused !== undefined || decision.excluded.length === 0) return;
        const narrowed = { requirements: [...decision.effective], labels: {} };
        expect(away.filter((zone) => isOpenTo(narrowed, zone))).toEqual([]);
        expect(nothingLeft(narrowed)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
