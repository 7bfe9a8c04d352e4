import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/policy/core/evaluate.ts';
import { DEFAULT_POLICY, type Policy } from '../../../../shared/policy/core/policy.ts';
import type { Example } from '../../../../shared/policy/core/rule.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import {
  families,
  instanceTypes,
  nodePool,
  ON_DEMAND,
  SPOT,
  withSubnets,
} from '../../../../shared/policy/examples/example-requirements.ts';
import { ALL_RULES, ruleWithId } from '../../../../shared/policy/rules/all-rules.ts';
import { exampleScene } from './example-scene.ts';

/** Everything that can be denied is. */
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(ALL_RULES.map(({ id }) => [id, { severity: 'deny' }])),
};

/** What follows from an example where its rule denies. */
function severities(id: string, example: Example): string[] {
  const rule = ruleWithId(id);
  const { kind, object, around } = exampleScene(example);
  const subject = new Subject(kind, object, around);
  return evaluate(subject, POLICY, rule === undefined ? [] : [rule], { nowMs: 0 }).map((one) => one.severity);
}

it.each([
  ['spot-types-min', 'Two types', 'deny'],
  ['spot-types-min', 'Fourteen types', 'warn'],
  ['instance-type-single', 'One type for Spot', 'deny'],
  ['instance-type-single', 'One type on demand, as family and size', 'warn'],
  ['instance-type-single', 'Requirements that contradict each other', 'deny'],
  ['arch-unset', 'Both, as said', 'audit'],
  ['arch-unset', 'Nothing said of it', 'deny'],
  ['on-demand-for-uninterruptible', 'Frozen for good, and on Spot', 'warn'],
  ['on-demand-for-uninterruptible', 'Not to be disrupted, and on Spot', 'deny'],
  ['zone-minvalues', 'Three of three zones, of which one is impaired', 'warn'],
  ['zone-minvalues', 'Three of two zones', 'deny'],
  ['zone-none-healthy', 'Its only zone is impaired', 'warn'],
  ['zone-impaired-target', 'The zone is in its list', 'warn'],
  ['claim-candidates', 'One candidate', 'warn'],
])('%s: %s leads to %s', (id, title, expected) => {
  const example = ruleWithId(id)?.fails.find((one) => one.title === title);
  expect(example && severities(id, example)).toEqual([expected]);
});

describe('names that the bundled catalogue does not know, because they are younger', () => {
  const young = nodePool([SPOT, instanceTypes('m99.large', 'm99.xlarge')]);

  it.each(['spot-types-min', 'spot-families-min', 'instance-type-single'])('are not denied by %s', (id) => {
    expect(severities(id, { title: 'young', yaml: young })).toEqual(['warn']);
  });

  it('are told', () => {
    const example = { title: 'young', yaml: nodePool([SPOT, families('m99')]) };
    const { kind, object, around } = exampleScene(example);
    const [problem] = ruleWithId('spot-types-min')?.check(new Subject(kind, object, around), {}) ?? [];
    expect(problem?.message).toContain('which does not know m99');
  });

  it('are denied where the catalogue is that of the Region, which knows every type', () => {
    const yaml = withSubnets(['us-east-1a', 'us-east-1b'], young);
    expect(severities('spot-types-min', { title: 'own', yaml, offeredOnlyIn: {} })).toEqual(['deny']);
  });

  it('do no harm where enough others are listed', () => {
    const yaml = nodePool([ON_DEMAND, instanceTypes('m99.large', 'm6i.large', 'm7i.large')]);
    expect(severities('instance-type-single', { title: 'others', yaml })).toEqual([]);
  });
});
