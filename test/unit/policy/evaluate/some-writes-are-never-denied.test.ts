import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Circumstances, evaluate } from '../../../../shared/policy/core/evaluate.ts';
import { isLikeOneOf } from '../../../../shared/policy/core/like.ts';
import { DEFAULT_TRUSTED_USERS, type Policy } from '../../../../shared/policy/core/policy.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import { NOWHERE, policyWith, pool, sampleRule, subjectOf } from '../sample-rules.ts';

const STRICT = { profile: 'strict' } as const;
const rule = sampleRule('a-rule');

function verdict(
  circumstances: Partial<Circumstances>,
  { policy = {}, object = pool() }: { policy?: Partial<Policy>; object?: ReturnType<typeof pool> } = {},
) {
  const findings = evaluate(subjectOf(object), policyWith({ ...STRICT, ...policy }), [rule], {
    nowMs: 0,
    ...circumstances,
  });
  return findings.map(({ severity, lowered }) =>
    lowered === undefined ? severity : `${severity}, ${lowered}`,
  );
}

describe('the writer', () => {
  it.each([
    ['system:serviceaccount:kube-system:karpenter', 'warn, trusted-writer'],
    ['system:serviceaccount:karpenter:karpenter', 'warn, trusted-writer'],
    ['system:kube-controller-manager', 'warn, trusted-writer'],
    ['system:serviceaccount:kube-system:namespace-controller', 'warn, trusted-writer'],
    ['system:serviceaccount:kube-system:generic-garbage-collector', 'warn, trusted-writer'],
    ['eks:addon-manager', 'warn, trusted-writer'],
    ['system:serviceaccount:apps:karpenter-admin', 'deny'],
    ['system:serviceaccount:apps:deployer', 'deny'],
    ['karpenter', 'deny'],
    ['kubernetes-admin', 'deny'],
    ['', 'deny'],
  ])('%j', (username, expected) => {
    expect(verdict({ username })).toEqual([expected]);
  });

  it('of a file is nobody in particular', () => {
    expect(verdict({})).toEqual(['deny']);
  });

  it.each([
    ['system:serviceaccount:karpenter:karpenter', 'warn, trusted-writer'],
    ['system:serviceaccount:team-a:karpenter', 'deny'],
    ['system:kube-controller-manager', 'warn, trusted-writer'],
  ])('is Karpenter in the namespace that the policy names, and in no other: %j', (username, expected) => {
    const policy = { karpenterUsers: ['system:serviceaccount:karpenter:karpenter'] };
    expect(verdict({ username }, { policy })).toEqual([expected]);
  });

  it('whom the policy names is trusted as well, and is warned as everybody', () => {
    const policy = { trustedUsers: [...DEFAULT_TRUSTED_USERS, 'ops-*'] };
    expect(verdict({ username: 'ops-1' }, { policy })).toEqual(['warn, trusted-writer']);
    const mild = { ...policy, profile: 'baseline' } as const;
    expect(verdict({ username: 'ops-1' }, { policy: mild })).toEqual(['warn']);
  });
});

describe('an update', () => {
  const object = pool('web', { labels: { team: 'a' } });
  it.each<[string, unknown, string]>([
    ['of nothing', object, 'warn, unchanged'],
    ['of what the rule does not look at', { ...object, status: { nodes: 3 } }, 'warn, unchanged'],
    ['of what it looks at', { ...object, spec: { weight: 11 } }, 'deny'],
    ['that adds it', { metadata: object.metadata, spec: {} }, 'deny'],
    ['of an object that is no longer there', undefined, 'deny'],
    ['of what cannot be read', 'a text', 'deny'],
    ['of a label, where it looks at labels', pool('web', { labels: { team: 'b' } }), 'deny'],
  ])('%s', (_, old, expected) => {
    expect(verdict({ old }, { object })).toEqual([expected]);
  });

  it('that leaves out an empty part is no change', () => {
    expect(verdict({ old: pool('web') }, { object: pool('web', { labels: null }) })).toEqual([
      'warn, unchanged',
    ]);
  });
});

describe('a label that an override speaks of', () => {
  const strictForProd: Partial<Policy> = {
    profile: 'baseline',
    overrides: [{ names: [], labels: { env: 'prod' }, profile: 'strict', rules: {} }],
  };
  const elsewhere = sampleRule('elsewhere', { looksAt: ['spec.weight'] });
  const update = (from: object, to: object) =>
    evaluate(subjectOf(pool('web', { labels: to })), policyWith(strictForProd), [elsewhere], {
      nowMs: 0,
      old: pool('web', { labels: from }),
    });

  it('is a change where it makes more be asked of the object', () => {
    expect(update({ env: 'test' }, { env: 'prod' })).toMatchObject([{ severity: 'deny' }]);
  });

  it('is none where the same is asked as before', () => {
    expect(update({ env: 'prod' }, { env: 'prod', team: 'a' })).toMatchObject([
      { severity: 'warn', lowered: 'unchanged' },
    ]);
  });
});

describe('a NodeClaim', () => {
  const claim = (
    labels: Record<string, string>,
    { owners, names }: { owners?: unknown; names?: readonly string[] } = {},
  ) => {
    const object = { metadata: { name: 'web-x1', labels, ownerReferences: owners } };
    const around = { ...NOWHERE, ...(names === undefined ? {} : { nodePoolNames: new Set(names) }) };
    const about = new Subject('NodeClaim', object, around);
    return evaluate(about, policyWith(STRICT), [rule], { nowMs: 0, username: 'somebody' });
  };

  it.each<[string, Parameters<typeof claim>[1], string]>([
    ['that is there', { names: ['web'] }, 'warn'],
    ['that is not there', { names: ['other'] }, 'deny'],
    ['where there are none', { names: [] }, 'deny'],
    ['of which nobody knows whether it is there', {}, 'warn'],
    [
      'that was made a moment ago and owns it',
      { names: [], owners: [{ kind: 'NodePool', name: 'web' }] },
      'warn',
    ],
    [
      'that is not there, owned by another one',
      { names: [], owners: [{ kind: 'NodePool', name: 'x' }] },
      'deny',
    ],
    [
      'that is not there, owned by something else',
      { names: [], owners: [{ kind: 'Node', name: 'web' }] },
      'deny',
    ],
    ['that is not there, with owners that cannot be read', { names: [], owners: 'web' }, 'deny'],
  ])('with the label of a NodePool %s', (_, given, severity) => {
    expect(claim({ 'karpenter.sh/nodepool': 'web' }, given)).toMatchObject([{ severity }]);
  });

  it('that Karpenter made of a NodePool is not denied', () => {
    expect(claim({ 'karpenter.sh/nodepool': 'web' })).toMatchObject([
      { severity: 'warn', lowered: 'made-by-karpenter' },
    ]);
  });

  it('that stands alone is judged like a NodePool', () => {
    expect(claim({ team: 'a' })).toMatchObject([{ severity: 'deny' }]);
  });

  it('has a label that excuses no NodePool', () => {
    const object = pool('web', { labels: { 'karpenter.sh/nodepool': 'web' } });
    expect(verdict({}, { object })).toEqual(['deny']);
  });
});

describe('audit mode', () => {
  it('writes down what would have been denied or warned of', () => {
    expect(verdict({}, { policy: { mode: 'audit' } })).toEqual(['audit, audit-mode']);
    expect(verdict({}, { policy: { mode: 'audit', profile: 'baseline' } })).toEqual(['audit, audit-mode']);
  });

  it('lowers nothing that is only written down anyway', () => {
    const policy = { mode: 'audit', rules: { 'a-rule': { severity: 'audit' } } } as const;
    expect(verdict({}, { policy })).toEqual(['audit']);
  });
});

describe('a rule that throws', () => {
  const broken = sampleRule('broken', {
    check: () => {
      throw new Error('a defect');
    },
  });
  const about = subjectOf(pool());

  it('takes no other down, and is told of', () => {
    const told: string[] = [];
    const onDefect = (id: string, error: unknown) => told.push(`${id}: ${String(error)}`);
    const findings = evaluate(about, policyWith({}), [broken, rule], { nowMs: 0, onDefect });
    expect(findings.map(({ rule: id }) => id)).toEqual(['a-rule']);
    expect(told).toEqual(['broken: Error: a defect']);
  });

  it('throws where nobody is there to be told, so that nothing looks clean because of it', () => {
    expect(() => evaluate(about, policyWith({}), [broken], { nowMs: 0 })).toThrow('a defect');
  });
});

describe('a pattern', () => {
  it.each([
    ['web', 'web', true],
    ['web', 'web2', false],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['w*', 'w', true],
    ['*b', 'web', true],
    ['w*b', 'wb', true],
    ['w*w', 'w', false],
    ['a*b*a', 'aba', true],
    ['a*b*a', 'aa', false],
    ['ab*ba', 'aba', false],
    ['*a*a*', 'a', false],
    ['**', 'x', true],
    ['w.b', 'web', false],
    ['w?b', 'web', false],
    ['(web', '(web', true],
    ['w*b', 'w\nb', true],
    ['WEB', 'web', false],
  ])('%j and %j: %s', (pattern, text, like) => {
    expect(isLikeOneOf([pattern], text)).toBe(like);
  });

  it('means what a regular expression would, whatever the letters', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, text, (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
        expect(isLikeOneOf([pattern], name)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('with many stars takes no longer than the text is', () => {
    expect(isLikeOneOf([`${'*a'.repeat(500)}*b`], 'a'.repeat(20_000))).toBe(false);
  });
});
