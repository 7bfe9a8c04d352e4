import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkField } from '../../../../shared/policy/crd/check-field.ts';
import { OBJECT_FIELDS } from '../../../../shared/policy/crd/object-fields.ts';
import { isSchedule } from '../../../../shared/policy/crd/schedule.ts';
import { nodePool } from '../../../installation/node-pools.ts';

const problemsOf = (object: unknown) => checkField(OBJECT_FIELDS.NodePool, object);

describe('a schedule', () => {
  const CRD = /^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$/;

  it("is what the CRD's pattern accepts", () => {
    const text = fc.string({ unit: fc.constantFrom(' ', ' ', 'a', '*', '\n', '\t', '@'), maxLength: 16 });
    const daily = fc.string({ unit: fc.constantFrom('d', ' '), maxLength: 3 }).map((end) => `@daily${end}`);
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: daily }), (one) => {
        expect(isSchedule(one)).toBe(CRD.test(one));
      }),
      { numRuns: 5000 },
    );
  });

  it('is read in one pass, however long it is', () => {
    expect(isSchedule(`${' '.repeat(200_000)}\n`)).toBe(false);
    expect(isSchedule(' '.repeat(200_000))).toBe(true);
  });
});

describe('a NodePool', () => {
  it('may have null in the place of what is not there', () => {
    expect(problemsOf(nodePool('a', [], { disruption: null, weight: null, limits: { cpu: null } }))).toEqual(
      [],
    );
  });

  it('is told what is missing, wherever that is', () => {
    const told = problemsOf({
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: {},
      spec: { template: {} },
    });
    expect(told.map(({ message, fix }) => `${message}: ${fix}`)).toEqual([
      'The object has no name: Add metadata.name',
      'template has no spec: Add spec.template.spec',
    ]);
  });

  it('is told of every problem with its path and the way out', () => {
    const object = parse(`apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: web }
spec:
  weight: 101
  limits: { nvidia.com/gpu: ten }
  disruption:
    consolidateAfter: 30
    consolidationPolicy: WhenUnderutilized
    budgets: [{ nodes: 5, schedule: '@daily' }, { reasons: [Drifted, Drifted] }]
  template:
    metadata: { labels: { team: 'a b', kubernetes.io/hostname: x } }
    spec:
      nodeClassRef: { group: karpenter.k8s.aws/v1, kind: EC2NodeClass, name: '' }
      taints: [{ key: gpu }]
      requirements:
        - { key: karpenter.sh/nodepool, operator: Gt, values: ['-1'], minvalues: 2 }
        - { key: team, operator: In }
`);
    const lines = problemsOf(object).map(
      ({ path, message, fix, atMost }) =>
        `${path}: ${message}${fix ? `. ${fix}` : ''}${atMost ? ` (${atMost})` : ''}`,
    );
    expect(lines.sort()).toMatchInlineSnapshot(`
      [
        "spec.disruption.budgets[0].nodes: nodes is the number 5; it has to be text. Put it in quotes: "5"",
        "spec.disruption.budgets[0]: The budget has a schedule and no duration. Add duration, or remove schedule for a budget that holds always",
        "spec.disruption.budgets[1].reasons[1]: reasons names "Drifted" twice. Remove one of the two",
        "spec.disruption.consolidateAfter: consolidateAfter is the number 30; it has to be text: a time like 30s, 12h or 1h30m, or Never",
        "spec.disruption.consolidationPolicy: consolidationPolicy is "WhenUnderutilized"; it has to be WhenEmpty, WhenEmptyOrUnderutilized or Balanced",
        "spec.limits: nvidia.com/gpu is "ten"; it has to be a quantity like 100, 500m or 10Gi",
        "spec.template.metadata.labels: The label kubernetes.io/hostname is set for each node and can't be asked for. Remove it",
        "spec.template.metadata.labels: team is "a b"; it has to be letters, digits, hyphens, dots and underscores, with a letter or digit at both ends",
        "spec.template.spec.nodeClassRef.group: group is "karpenter.k8s.aws/v1"; it has to be a group without its version, like karpenter.k8s.aws",
        "spec.template.spec.nodeClassRef.name: name is empty. Fill in name",
        "spec.template.spec.requirements[0].key: The label karpenter.sh/nodepool is set for each node and can't be asked for. Remove it",
        "spec.template.spec.requirements[0].minvalues: minvalues is no field of spec.template.spec.requirements[0] in Karpenter's CRD; kubectl refuses it, and through any other client it is dropped without a word. Write minValues if that is meant, or remove minvalues (warn)",
        "spec.template.spec.requirements[0]: karpenter.sh/nodepool has operator Gt with "-1"; it takes one whole number of 0 or more, as text. Write one number in quotes, such as "4"",
        "spec.template.spec.requirements[1]: team has operator In and no values. List values, or use operator Exists",
        "spec.template.spec.taints[0]: taints[0] has no effect. Add spec.template.spec.taints[0].effect",
        "spec.weight: weight is 101; it has to be at least 1 and at most 100",
      ]
    `);
  });

  it('is told only of a warning where a later Karpenter accepts it', () => {
    const later = nodePool('a', [], { disruption: { budgets: [{ nodes: '1', reasons: ['Unhealthy'] }] } });
    expect(problemsOf(later).map(({ atMost }) => atMost)).toEqual(['warn', 'warn']);
  });

  it.each([[null], [5], ['text'], [[]], [{}], [{ spec: [] }]])('that is none is refused: %j', (object) => {
    expect(problemsOf(object).some(({ atMost }) => atMost === undefined)).toBe(true);
  });
});
