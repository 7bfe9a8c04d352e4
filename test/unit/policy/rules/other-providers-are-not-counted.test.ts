import { expect, it } from 'vitest';
import { type Example, PROFILES } from '../../../../shared/policy/core/rule.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { problemsIn } from './example-scene.ts';

/** Rules that count EC2's instance types: of another provider's nobody knows how many there are. */
const COUNTING = [
  'arch-unset',
  'generation-floor',
  'instance-type-single',
  'minvalues-unsatisfiable',
  'requirements-empty',
  'spot-fallback-types',
  'spot-families-min',
  'spot-types-min',
  'zone-loss',
];

const cases = ALL_RULES.filter(({ id }) => COUNTING.includes(id)).flatMap((rule) =>
  rule.fails.map((example): [string, string, Example] => [rule.id, example.title, example]),
);

it.each(cases)('%s finds nothing with a NodeClass of another provider: %s', (id, _, example) => {
  const yaml = example.yaml.replaceAll(
    'nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass,',
    'nodeClassRef: { group: karpenter.kwok.sh, kind: KWOKNodeClass,',
  );
  expect(yaml).not.toBe(example.yaml);
  const rule = ALL_RULES.find((one) => one.id === id);
  expect(rule && problemsIn(rule, { ...example, yaml })).toEqual([]);
});

it('each of them is a rule, in every profile', () => {
  const ids = ALL_RULES.filter(({ severity }) =>
    PROFILES.every((profile) => severity[profile] !== 'off'),
  ).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(COUNTING));
});
