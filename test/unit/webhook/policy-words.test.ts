import { describe, expect, it } from 'vitest';
import { auditAnnotations } from '../../../shared/audit/audit-annotations.ts';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import { findingWarnings, refusalMessage } from '../../../shared/policy/core/words.ts';

const finding = (rule: string, severity: Finding['severity'], more: Partial<Finding> = {}): Finding => ({
  rule,
  severity,
  message: `${rule} is not as it should be`,
  fix: `Change ${rule}`,
  ...more,
});

describe('a refusal', () => {
  it('lists what denies, then what is warned of, numbered, with fix, page and exemption', () => {
    const findings = [finding('a-b', 'deny'), finding('c-d', 'warn'), finding('e-f', 'audit')];
    expect(refusalMessage('NodePool web', findings)).toBe(
      [
        'NodePool web is refused by policy, for 1 reason:',
        '  1. a-b: a-b is not as it should be. Change a-b. See docs/policies/a-b.md',
        'Not refused for, but better changed as well:',
        '  2. c-d: c-d is not as it should be. Change c-d. See docs/policies/c-d.md',
        'Where it has to stay as it is, exempt it by an annotation that says why (an end is optional):',
        '  exempt.zonewarden.io/a-b: "<reason> (until YYYY-MM-DD)"',
      ].join('\n'),
    );
  });

  it('names a rule once where it found two things', () => {
    const text = refusalMessage('NodePool web', [finding('a-b', 'deny'), finding('a-b', 'deny')]);
    expect(text).toContain('for 2 reasons:');
    expect(text.match(/exempt\.zonewarden\.io/g)).toHaveLength(1);
  });

  it('cuts a name that no API server takes', () => {
    const text = refusalMessage(`NodePool ${'n'.repeat(100_000)}`, [finding('a-b', 'deny')]);
    expect(text.length).toBeLessThan(1000);
    expect(text).toContain(' is refused by policy, for 1 reason:');
  });

  it('cuts a finding that is endless', () => {
    const text = refusalMessage('NodePool web', [finding('a-b', 'deny', { message: 'x'.repeat(100_000) })]);
    expect(text.length).toBeLessThan(1500);
  });
});

describe('warnings', () => {
  it('are one for each that is warned of', () => {
    const findings = [finding('a-b', 'deny'), finding('c-d', 'warn'), finding('e-f', 'audit')];
    expect(findingWarnings(findings)).toEqual([
      'zonewarden: c-d: c-d is not as it should be. Change c-d. See docs/policies/c-d.md',
    ]);
  });

  it('say why something is not refused', () => {
    const [warning] = findingWarnings([finding('c-d', 'warn', { lowered: 'unchanged' })]);
    expect(warning).toContain('zonewarden: c-d (as stored before, so not refused): ');
  });

  it.each([
    ['a long message', { message: 'word '.repeat(200) }],
    ['a long word', { message: 'x'.repeat(1000) }],
    ['a long fix', { fix: 'word '.repeat(200) }],
  ])('stay below 256 characters and keep the page: %s', (_what, more) => {
    const [warning = ''] = findingWarnings([finding('spot-types-min', 'warn', more)]);
    expect(warning.length).toBeLessThan(256);
    expect(warning).toMatch(/ See docs\/policies\/spot-types-min\.md$/);
  });

  it('stay below what the API server cuts together, and say how many more there are', () => {
    const findings = Array.from({ length: 40 }, (_, index) =>
      finding(`rule-${index}`, 'warn', { message: 'word '.repeat(200) }),
    );
    const warnings = findingWarnings(findings);
    expect(warnings.join('').length).toBeLessThan(4096);
    expect(warnings.at(-1)).toContain('29 more findings');
  });
});

describe('annotations for the audit log of the API server', () => {
  const facts = {
    action: 'pruned' as const,
    rule: 'zone-impaired-target',
    excluded: [{ id: 'use1-az1', state: 'impaired' as const, sources: [] }],
    findings: [finding('a-b', 'deny'), finding('c-d', 'audit', { lowered: 'exempt' })],
  };

  it('are other keys in each step: both have webhooks of one name', () => {
    const [mutate, validate] = [auditAnnotations('mutate', facts), auditAnnotations('validate', facts)];
    expect(mutate).toEqual({ 'zone-rule': 'zone-impaired-target', 'excluded-zones': 'use1-az1' });
    expect(validate).toEqual({
      action: 'pruned',
      rule: 'zone-impaired-target',
      findings: 'deny a-b, audit c-d (exempt)',
    });
  });

  it('are the same when the mutating step is asked again and has nothing to change', () => {
    expect(auditAnnotations('mutate', { ...facts, action: 'unchanged' })).toEqual(
      auditAnnotations('mutate', facts),
    );
  });

  it('are bounded', () => {
    const findings = Array.from({ length: 200 }, (_, index) => finding(`some-rule-${index}`, 'warn'));
    const { findings: text = '' } = auditAnnotations('validate', { ...facts, findings });
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/, \d+ more$/);
  });
});
