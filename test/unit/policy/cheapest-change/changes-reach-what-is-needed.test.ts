import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import { distinctValues } from '../../../../shared/catalog/matches.ts';
import { cheapestEdits, type Goal } from '../../../../shared/policy/counting/cheapest-change.ts';
import { type RequirementEdit, withEdits } from '../../../../shared/policy/counting/requirement-edit.ts';
import { FAMILY_KEY } from '../../../../shared/requirements/labels.ts';
import type { Requirement } from '../../../../shared/requirements/requirement.ts';
import { subjectWith } from './subject-with.ts';

const catalog = bundledCatalog();
const ordinary = catalog.types.filter((name) => /^[cmrt]\d/.test(name));
const key = (name: string) => `karpenter.k8s.aws/instance-${name}`;

const list = (name: string, operator: 'In' | 'NotIn', values: readonly string[], most: number) =>
  fc
    .uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most })
    .map((chosen): Requirement => ({ key: name, operator, values: chosen }));
const valuesOf = (name: string) => catalog.columns.get(key(name))?.values ?? [];
const bound = (name: string, most: number) =>
  fc
    .record({ operator: fc.constantFrom('Gt', 'Gte', 'Lt', 'Lte'), value: fc.integer({ min: 1, max: most }) })
    .map(({ operator, value }): Requirement => ({ key: key(name), operator, values: [String(value)] }));

const requirement = fc.oneof(
  list('node.kubernetes.io/instance-type', 'In', ordinary, 4),
  list(key('family'), 'In', valuesOf('family'), 3),
  list(key('category'), 'In', ['c', 'm', 'r', 't', 'g'], 2),
  list(key('size'), 'In', ['large', 'xlarge', '2xlarge', '24xlarge'], 2),
  list(key('size'), 'NotIn', valuesOf('size'), 8),
  list(key('cpu'), 'In', ['2', '4', '8', '96'], 2),
  list('kubernetes.io/arch', 'In', ['amd64', 'arm64'], 1),
  list('kubernetes.io/os', 'In', ['linux', 'windows'], 1),
  bound('generation', 9),
  bound('cpu', 64),
);
const goals: fc.Arbitrary<Goal> = fc.record({
  needed: fc.integer({ min: 1, max: 20 }),
  of: fc.constantFrom('types', 'families'),
  capacityType: fc.constantFrom('spot', 'on-demand'),
});

function counted(requirements: readonly Requirement[], { of, capacityType }: Goal): number {
  const matches = subjectWith(requirements).launchable(capacityType);
  return of === 'types' ? matches.types.length : distinctValues(matches, FAMILY_KEY).length;
}

/** The same edits with one of the values less; nothing where an edit is of one value. */
function smaller(edits: readonly RequirementEdit[]): RequirementEdit[][] {
  return edits.flatMap((edit, place) =>
    'values' in edit && edit.values.length > 1
      ? [edits.with(place, { ...edit, values: edit.values.slice(0, -1) })]
      : [],
  );
}

it('what is suggested is enough, and no last value of it is too much', () => {
  let suggested = 0;
  fc.assert(
    fc.property(fc.array(requirement, { minLength: 1, maxLength: 5 }), goals, (requirements, goal) => {
      const subject = subjectWith(requirements);
      const edits = cheapestEdits(subject, goal);
      if (edits === undefined) return;
      suggested += 1;
      expect(counted(requirements, goal)).toBeLessThan(goal.needed);
      expect(counted(withEdits(requirements, edits), goal)).toBeGreaterThanOrEqual(goal.needed);
      for (const less of smaller(edits.slice(-1)).map((last) => [...edits.slice(0, -1), ...last])) {
        expect(counted(withEdits(requirements, less), goal)).toBeLessThan(goal.needed);
      }
      expect(cheapestEdits(subjectWith(requirements), goal)).toEqual(edits);
    }),
    { numRuns: 400 },
  );
  expect(suggested).toBeGreaterThan(50);
});
