import { expect, it } from 'vitest';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import { cheapestChange, type Goal } from '../../../../shared/policy/counting/cheapest-change.ts';
import { SIZE_KEY } from '../../../../shared/requirements/labels.ts';
import { requirementsFrom, subjectWith } from './subject-with.ts';

const FIVE: Goal = { needed: 5, of: 'types', capacityType: 'spot' };
const FIFTEEN: Goal = { ...FIVE, needed: 15 };
const FAMILIES: Goal = { needed: 3, of: 'families', capacityType: 'spot' };
const TYPE = 'node.kubernetes.io/instance-type';
const ARCH = 'kubernetes.io/arch';
const SIZES = bundledCatalog().columns.get(SIZE_KEY)?.values ?? [];

it.each<[string, Goal, string[], string | undefined]>([
  [
    'one type: its like of current generations',
    FIVE,
    [`${TYPE} In m5.large`],
    'Add m6a.large, m6i.large, m7a.large and m7i.large to the values of node.kubernetes.io/instance-type',
  ],
  [
    'types of Graviton: types of Graviton',
    FIVE,
    [`${TYPE} In m7g.xlarge c7g.xlarge`],
    'Add c6g.xlarge, c8g.xlarge and m6g.xlarge to the values of node.kubernetes.io/instance-type',
  ],
  [
    'GPUs: GPUs of the same size',
    { ...FIVE, needed: 2 },
    [`${TYPE} In g5.xlarge`],
    'Add g6.xlarge to the values of node.kubernetes.io/instance-type',
  ],
  [
    'many names: what they have in common',
    FIFTEEN,
    [`${TYPE} In m6i.large m7i.large`],
    'Replace node.kubernetes.io/instance-type by kubernetes.io/arch In [amd64], ' +
      'karpenter.k8s.aws/instance-category In [m], karpenter.k8s.aws/instance-generation Gt 5 and ' +
      'karpenter.k8s.aws/instance-cpu In [2]',
  ],
  [
    'the same, where architecture and category are said already',
    FIFTEEN,
    [`${ARCH} In amd64`, 'category In m', `${TYPE} In m6i.large m7i.large`],
    'Replace node.kubernetes.io/instance-type by karpenter.k8s.aws/instance-generation Gt 5 and ' +
      'karpenter.k8s.aws/instance-cpu In [2]',
  ],
  [
    'one family: a second and a third',
    FAMILIES,
    ['family In m6i'],
    'Add m6a and m7a to the values of karpenter.k8s.aws/instance-family',
  ],
  [
    'family and size: families, so that nodes stay as large',
    FIVE,
    ['family In m6i', 'size In large'],
    'Add m6a, m7a, m7i and m8a to the values of karpenter.k8s.aws/instance-family',
  ],
  [
    'a generation that few types have: the bound is moved, not more',
    FIVE,
    [`${ARCH} In amd64`, 'category In r', 'generation Gt 7', 'size In 12xlarge', 'cpu-manufacturer In amd'],
    'Write karpenter.k8s.aws/instance-generation Gt 4 instead of Gt 7',
  ],
  [
    'generation as a list',
    FIVE,
    [`${ARCH} In amd64`, 'category In m', 'generation In 7', 'size In large'],
    'Add 6 to the values of karpenter.k8s.aws/instance-generation',
  ],
  [
    'all sizes but the smallest are left out',
    FIVE,
    [`${ARCH} In amd64`, `size NotIn ${SIZES.filter((size) => size !== 'nano').join(' ')}`],
    'Remove micro from the values that karpenter.k8s.aws/instance-size leaves out',
  ],
  [
    'many families: what they have in common',
    FIFTEEN,
    [`${ARCH} In amd64`, 'family In m6i', 'size In large'],
    'Replace karpenter.k8s.aws/instance-family by karpenter.k8s.aws/instance-category In [m] and ' +
      'karpenter.k8s.aws/instance-generation Gt 5',
  ],
  ['enough as it is', FIVE, ['category In m'], undefined],
])('%s', (_, goal, requirements, expected) => {
  expect(cheapestChange(subjectWith(requirementsFrom(...requirements)), goal)).toBe(expected);
});

it('names labels as EKS Auto Mode has them', () => {
  const requirements = requirementsFrom(`${ARCH} In amd64`, `${TYPE} In m6i.large m7i.large`);
  const autoMode = { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'default' };
  expect(cheapestChange(subjectWith(requirements, autoMode), FIFTEEN)).toBe(
    'Replace node.kubernetes.io/instance-type by eks.amazonaws.com/instance-category In [m], ' +
      'eks.amazonaws.com/instance-generation Gt 5 and eks.amazonaws.com/instance-cpu In [2]',
  );
});
