import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/policy/core/evaluate.ts';
import { DEFAULT_POLICY } from '../../../../shared/policy/core/policy.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import { NOWHERE, sampleRule } from '../sample-rules.ts';

const RULES = ['first', 'second', 'third', 'fourth'].map((id) => sampleRule(id));
const SUBJECT = new Subject('NodePool', { metadata: { name: 'web' } }, NOWHERE);

function evaluateUntil(asked: number) {
  const unasked: string[] = [];
  let looks = 0;
  const isOver = () => {
    looks += 1;
    return looks > asked;
  };
  const circumstances = { nowMs: 0, isOver, onUnasked: (rule: string) => void unasked.push(rule) };
  const findings = evaluate(SUBJECT, DEFAULT_POLICY, RULES, circumstances);
  return { found: findings.map(({ rule }) => rule), unasked };
}

describe('when the time of a verdict is over', () => {
  it('the rules that are left are named, and find nothing', () => {
    expect(evaluateUntil(2)).toEqual({ found: ['first', 'second'], unasked: ['third', 'fourth'] });
  });

  it('before it has begun, none is asked', () => {
    expect(evaluateUntil(0).unasked).toHaveLength(RULES.length);
  });

  it('after it, nothing is missing', () => {
    expect(evaluateUntil(4)).toEqual({ found: ['first', 'second', 'third', 'fourth'], unasked: [] });
  });
});
