import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { DEFAULT_POLICY, type Policy } from '../../../shared/policy/core/policy.ts';
import type { Problem, Rule } from '../../../shared/policy/core/rule.ts';
import { Subject, type SubjectKind } from '../../../shared/policy/core/subject.ts';
import type { Surroundings } from '../../../shared/policy/core/surroundings.ts';

const NO_TYPES: Catalog = {
  origin: { source: 'bundled', madeAt: '2026-10-27T00:00:00Z' },
  types: [],
  columns: new Map(),
  capacityTypes: [],
};

/** Nothing is known around an object. */
export const NOWHERE: Surroundings = {
  catalog: NO_TYPES,
  nodeClasses: new Map(),
  knowsAllNodeClasses: false,
  nodePools: [],
  zones: [],
  impaired: [],
};

/** A rule that finds what it is told to: one problem, unless `finds` says otherwise. */
export function sampleRule(
  id: string,
  over: Partial<Rule> & { readonly finds?: readonly Problem[] } = {},
): Rule {
  const { finds = [{ message: `${id} found something` }], ...rest } = over;
  return {
    id,
    title: id,
    kinds: ['NodePool', 'NodeClaim'],
    severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
    looksAt: ['spec.weight', 'metadata.labels'],
    checks: '',
    why: '',
    instead: '',
    sources: [],
    passes: [],
    fails: [],
    check: () => finds,
    ...rest,
  };
}

/** The rules that documents of these tests speak of. */
export const SAMPLE_RULES: readonly Rule[] = [
  sampleRule('types-min', { parameters: { deny: 5, warn: 15 } }),
  sampleRule('expire-late', { parameters: { deny: 1000, warn: 720.5 } }),
  sampleRule('limits-missing'),
];

export function policyWith(over: Partial<Policy>): Policy {
  return { ...DEFAULT_POLICY, ...over };
}

export function subjectOf(
  object: Readonly<Record<string, unknown>>,
  kind: SubjectKind = 'NodePool',
): Subject {
  return new Subject(kind, object, NOWHERE);
}

/** A NodePool of a name, with labels and annotations. */
export function pool(name = 'web', metadata: Readonly<Record<string, unknown>> = {}) {
  return { metadata: { name, ...metadata }, spec: { weight: 10 } };
}
