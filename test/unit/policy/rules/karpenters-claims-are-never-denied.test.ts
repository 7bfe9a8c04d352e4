import { describe, expect, it } from 'vitest';
import { judge } from '../../../../shared/policy/core/judge.ts';
import { DEFAULT_POLICY, type Policy } from '../../../../shared/policy/core/policy.ts';
import type { Example } from '../../../../shared/policy/core/rule.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { exampleScene } from './example-scene.ts';

/** Everything that can be denied is. */
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  profile: 'strict',
  rules: Object.fromEntries(ALL_RULES.map(({ id }) => [id, { severity: 'deny' }])),
};
/** What is said of a NodeClaim that Karpenter made: the others judge its NodePool. */
const ASKED = ['claim-candidates', 'exemption-unknown', 'operator-values'];

const claims = ALL_RULES.flatMap((rule) =>
  rule.fails
    .filter((example) => exampleScene(example).kind === 'NodeClaim')
    .map((example): [string, string, Example] => [rule.id, example.title, example]),
);

describe.each(claims)('%s, %s', (_, __, example) => {
  const { kind, object, around } = exampleScene(example);
  const marked = withLabel(object);

  it('is not denied once Karpenter made it, and only what is asked of such a claim is found', () => {
    const findings = judge(kind, marked, around, POLICY, { nowMs: 0 });
    expect(findings.filter(({ severity }) => severity === 'deny')).toEqual([]);
    expect(findings.map(({ rule }) => rule).filter((rule) => !ASKED.includes(rule))).toEqual([]);
  });
});

it('there are examples of NodeClaims', () => {
  expect(claims.length).toBeGreaterThan(15);
});

function withLabel(object: unknown): unknown {
  if (typeof object !== 'object' || object === null) return object;
  const metadata: unknown = Reflect.get(object, 'metadata');
  const old = typeof metadata === 'object' && metadata !== null ? metadata : {};
  return { ...object, metadata: { ...old, labels: { 'karpenter.sh/nodepool': 'web' } } };
}
