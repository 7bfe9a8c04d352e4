import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import { SUBJECT_KINDS, Subject } from '../../../../shared/policy/core/subject.ts';
import { nodeClassKey, type Surroundings } from '../../../../shared/policy/core/surroundings.ts';
import { nodeClassFacts } from '../../../../shared/policy/reading/node-class-facts.ts';
import { nodePoolFacts } from '../../../../shared/policy/reading/read-facts.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';

/**
 * In a pull request nothing has been checked before, and in the cluster a newer CRD may let through what this version does
 * not know: whatever an object looks like, rules find something in it or nothing, and never fail.
 */
const objects: readonly unknown[] = ALL_RULES.flatMap(({ passes, fails }) => [...passes, ...fails]).flatMap(
  ({ yaml }) => parseAllDocuments(yaml).map((document): unknown => document.toJS()),
);

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    'Never',
    '0',
    0,
    -1,
    1.5,
    Number.NaN,
    true,
    [],
    {},
    [null],
    [[]],
    [{}],
  ),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    { constructor: 'x' },
    { '': '' },
    '9'.repeat(400),
    '*'.repeat(200),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** An object of an example in which a few places hold something else. */
const broken = fc
  .tuple(
    fc.constantFrom(...objects),
    fc.array(fc.tuple(fc.infiniteStream(fc.nat(20)), junk), { minLength: 1, maxLength: 3 }),
  )
  .map(([object, changes]) =>
    changes.reduce<unknown>((changed, [path, value]) => withJunk(changed, path, value), object),
  );

/** A copy with another value at the place to which the numbers lead. */
function withJunk(object: unknown, path: Iterator<number>, value: unknown): unknown {
  if (typeof object !== 'object' || object === null) return value;
  const entries = Object.entries(object);
  const step: number = path.next().value ?? 0;
  const place = step % (entries.length + 1);
  if (place === entries.length) return value;
  const changed = entries.map(([name, inner], at) => [
    name,
    at === place ? withJunk(inner, path, value) : inner,
  ]);
  return Array.isArray(object) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

function around(object: unknown): Surroundings {
  const nodeClass = nodeClassFacts(object);
  return {
    catalog: bundledCatalog(),
    nodeClasses: new Map([[nodeClassKey('EC2NodeClass', 'default'), nodeClass]]),
    knowsAllNodeClasses: true,
    nodePools: [nodePoolFacts(object)],
    zones: [{ id: 'use1-az1', name: 'us-east-1a' }],
    impaired: [{ id: 'use1-az1', name: '' }],
  };
}

describe.each(SUBJECT_KINDS.map((kind) => [kind]))('anything that is given as a %s', (kind) => {
  it('is judged by every rule, and none fails', () => {
    fc.assert(
      fc.property(broken, (object) => {
        const subject = new Subject(kind, object, around(object));
        for (const rule of ALL_RULES) {
          for (const problem of rule.check(subject, rule.parameters ?? {})) {
            expect(typeof problem.message, rule.id).toBe('string');
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
