import type { CheckedFinding, CheckedObject, CheckReport } from '../../../cli/check/check-report.ts';

export const denied: CheckedFinding = {
  rule: 'spot-types-min',
  severity: 'deny',
  message: 'Spot may be launched, and at most 2 instance types match',
  fix: 'Add m6i.large',
  path: 'spec.template.spec.requirements',
  found: 2,
  needed: 5,
  line: 9,
  column: 7,
  fails: true,
  page: 'docs/policies/spot-types-min.md',
};
export const warned: CheckedFinding = {
  rule: 'limits-missing',
  severity: 'warn',
  message: 'Nothing bounds it',
  line: 5,
  column: 1,
  fails: false,
  page: 'docs/policies/limits-missing.md',
};
const exempt: CheckedFinding = {
  ...denied,
  severity: 'audit',
  fails: false,
  lowered: 'exempt',
  exemption: 'licence bound to one type',
};

export function object(
  name: string,
  findings: CheckedFinding[],
  more: Partial<CheckedObject> = {},
): CheckedObject {
  return { file: 'nodepools/web.yaml', line: 1, column: 1, kind: 'NodePool', name, findings, ...more };
}

export function report(more: Partial<CheckReport> = {}): CheckReport {
  return {
    summary: { pass: 1, warn: 0, fail: 1, error: 1, skip: 3 },
    objects: [object('web', [denied, warned, exempt]), object('fine', [], { line: 20 })],
    notJudged: [
      {
        file: 'nodepools/old.yaml',
        line: 1,
        column: 1,
        kind: 'NodePool',
        name: 'old',
        why: 'karpenter.sh/v1beta1 is not judged',
      },
    ],
    errors: [{ file: 'nodepools/bad.yaml', line: 3, column: 2, message: 'it is no YAML: a & b' }],
    catalog: {
      source: 'bundled',
      madeAt: '2026-10-27T00:00:00Z',
      ageDays: 1,
      region: undefined,
      types: 1386,
      description: 'the bundled snapshot of 2026-10-27, 1,386 types',
    },
    policy: { profile: 'baseline', mode: 'enforce', file: undefined },
    failOn: 'deny',
    impaired: [],
    ...more,
  };
}
