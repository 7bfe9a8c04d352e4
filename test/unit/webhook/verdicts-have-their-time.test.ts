import { describe, expect, it } from 'vitest';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { nodePool } from '../../http/webhook/reviews.ts';
import { create, only, stateOf } from './policy-scene.ts';

/** A verdict whose time is over after so many rules. */
function createWith(rules: number) {
  const state = stateOf(only({ 'limits-missing': 'deny', 'tgp-missing': 'warn' }));
  let asked = 0;
  const isOver = () => {
    asked += 1;
    return asked > rules;
  };
  const policies = state.policies === undefined ? undefined : { ...state.policies, isOver };
  return create(nodePool(undefined), { ...state, policies });
}

describe('a NodePool for whose verdict there is no time', () => {
  it('is answered all the same, and the line names the rules that were not asked', () => {
    const { verdict, facts, unasked } = createWith(0);
    expect(verdict).toEqual({ allowed: true });
    const ids = ALL_RULES.filter(({ kinds }) => kinds.includes('NodePool')).map(({ id }) => id);
    expect(unasked).toEqual(ids);
    expect(facts.notes).toEqual([`not asked in time: ${ids.join(', ')}`]);
  });

  it('is judged by what was asked', () => {
    const { verdict, facts, unasked = [] } = createWith(ALL_RULES.length);
    expect(verdict).toMatchObject({ allowed: false, code: 403 });
    expect(unasked).toEqual([]);
    expect(facts.notes ?? []).toEqual([]);
  });
});
