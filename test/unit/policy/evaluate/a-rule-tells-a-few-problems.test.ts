import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/policy/core/evaluate.ts';
import { DEFAULT_POLICY } from '../../../../shared/policy/core/policy.ts';
import type { Problem } from '../../../../shared/policy/core/rule.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import { NOWHERE, sampleRule } from '../sample-rules.ts';

const SUBJECT = new Subject('NodePool', { metadata: { name: 'web' } }, NOWHERE);
const POLICY = { ...DEFAULT_POLICY, profile: 'strict' as const };

function found(problems: readonly Problem[]) {
  const rules = [sampleRule('slips', { finds: problems })];
  return evaluate(SUBJECT, POLICY, rules, { nowMs: 0 });
}

const slips = (count: number, over: Partial<Problem> = {}) =>
  Array.from({ length: count }, (_, place): Problem => ({ message: `slip ${place}`, ...over }));

describe('of many problems that one rule finds', () => {
  it('the first are told, and how many more there are', () => {
    const findings = found(slips(456));
    expect(findings).toHaveLength(26);
    expect(findings.at(-1)).toMatchObject({
      severity: 'deny',
      message: '431 more like these are not listed',
    });
  });

  it('those that refuse come first', () => {
    const findings = found([...slips(100, { atMost: 'warn' }), ...slips(3)]);
    expect(findings.filter(({ severity }) => severity === 'deny')).toHaveLength(3);
    expect(findings.at(-1)).toMatchObject({ severity: 'warn', message: '78 more like these are not listed' });
  });

  it('all are told where one more would be left', () => {
    expect(found(slips(26)).map(({ message }) => message)).toEqual(slips(26).map(({ message }) => message));
  });
});
