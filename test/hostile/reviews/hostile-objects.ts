import fc from 'fast-check';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { hostileMark } from './hostile-marks.ts';
import { anything, budget, few, KEYS, mostly, requirements, safeJson, word } from './hostile-values.ts';

/**
 * NodePools and NodeClaims of somebody who may write anything that the API server lets through before the CRD is asked:
 * any type in any place, lists of any length, forged marks.
 */

const lastApplied = fc
  .record({ metadata: anything, spec: fc.record({ template: anything, disruption: anything }) })
  .map((manifest) => safeJson(manifest));
const annotations = fc
  .record(
    {
      [DECLARED_ANNOTATION]: hostileMark,
      'kubectl.kubernetes.io/last-applied-configuration': lastApplied,
      'zonewarden.io/zone-enforcement': fc.constantFrom('off', 'OFF', ''),
      'zonewarden.io/freeze': fc.constantFrom('all', 'none', 'x'),
      'zonewarden.io/policy-exempt': fc.constantFrom('*', 'spot-types-min', '{}', 'x'.repeat(3000)),
      note: fc.integer({ min: 0, max: 262_000 }).map((length) => 'n'.repeat(length)),
    },
    { requiredKeys: [] },
  )
  .chain((known) =>
    fc.oneof({ weight: 20, arbitrary: fc.constant(known) }, { weight: 1, arbitrary: names(8000, 'x') }),
  );

/** A map of many names. */
function names(most: number, value: string): fc.Arbitrary<Record<string, string>> {
  return fc
    .integer({ min: 1, max: most })
    .map((count) =>
      Object.fromEntries(Array.from({ length: count }, (_, nth) => [`example.com/n${nth}`, value])),
    );
}

const labels = fc.oneof(
  { weight: 20, arbitrary: fc.dictionary(fc.constantFrom(...KEYS), word, { maxKeys: 3 }) },
  { weight: 1, arbitrary: names(8000, 'us-east-1a') },
);
const taint = fc.record({ key: word, value: word, effect: fc.constantFrom('NoSchedule', 'NoExecute', 'x') });
const managedFields = few(
  fc.record({
    manager: word,
    operation: fc.constantFrom('Apply', 'Update', 'x'),
    time: fc.constantFrom('2026-11-21T04:00:00Z', 'x'),
    fieldsV1: fc.oneof(
      anything,
      fc.constant({ 'f:spec': { 'f:template': { 'f:spec': { 'f:requirements': {} } } } }),
      fc.constant({ 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } }),
    ),
  }),
  2000,
);
const metadata = fc.record(
  {
    name: mostly(fc.constantFrom('web', 'other', 'n'.repeat(3000))),
    generateName: fc.constantFrom('web-'),
    labels: mostly(labels),
    annotations: mostly(annotations),
    managedFields: mostly(managedFields),
    deletionTimestamp: mostly(fc.constantFrom('2026-11-21T04:00:00Z')),
  },
  { requiredKeys: ['name'] },
);

const template = fc.record(
  {
    requirements: mostly(requirements),
    taints: mostly(few(taint, 3000)),
    nodeClassRef: mostly(fc.record({ group: word, kind: word, name: word })),
    expireAfter: mostly(fc.constantFrom('720h', 'Never', '9'.repeat(300))),
    terminationGracePeriod: mostly(fc.constantFrom('1h', '0s', 'x')),
  },
  { requiredKeys: ['requirements'] },
);
const nodePool = fc.record({
  metadata: mostly(metadata),
  spec: mostly(
    fc.record(
      {
        template: mostly(
          fc.record({ metadata: mostly(fc.record({ labels: mostly(labels) })), spec: mostly(template) }),
        ),
        disruption: mostly(
          fc.record(
            {
              budgets: mostly(few(mostly(budget), 1000)),
              consolidateAfter: mostly(word),
              consolidationPolicy: mostly(word),
            },
            { requiredKeys: [] },
          ),
        ),
        limits: mostly(fc.dictionary(word, word, { maxKeys: 4 })),
        weight: mostly(fc.integer({ min: -1, max: 200 })),
        replicas: mostly(fc.integer({ min: -1, max: 1e6 })),
      },
      { requiredKeys: ['template'] },
    ),
  ),
});
const nodeClaim = fc.record({ metadata: mostly(metadata), spec: mostly(template) });

/** An object of each kind. */
export const HOSTILE_OBJECTS = { NodePool: nodePool, NodeClaim: nodeClaim } as const;
