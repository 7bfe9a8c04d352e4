import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import type { ScannedPool } from '../../../shared/policy/stored/scan-pool.ts';
import {
  readReport,
  reportContent,
  reportOf,
  timedReport,
} from '../../../watcher/controllers/cluster-reports/cluster-report.ts';

const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  severity: 'deny',
  message: 'Something is wrong',
  ...more,
});
const pool = (
  findings: readonly Finding[],
  passed: readonly string[] = [],
  defective: readonly string[] = [],
): ScannedPool => ({ name: 'web', uid: 'uid-1', findings, passed, defective });

describe('the result of a finding', () => {
  it.each<readonly [string, Partial<Finding>, string, string]>([
    ['denies', { severity: 'deny' }, 'fail', 'high'],
    ['warns', { severity: 'warn' }, 'warn', 'medium'],
    ['is only audited', { severity: 'audit' }, 'warn', 'info'],
    ['is lowered by the audit mode', { severity: 'audit', lowered: 'audit-mode' }, 'warn', 'info'],
    ['is exempt', { severity: 'audit', lowered: 'exempt', exemption: 'because' }, 'skip', 'info'],
  ])('that %s', (_name, more, result, severity) => {
    const report = reportOf(pool([finding('a', more)]));
    expect(report.results).toMatchObject([{ policy: 'zonewarden-policy', rule: 'a', result, severity }]);
    expect(report.summary).toMatchObject({ [result]: 1 });
    expect(Object.values(report.summary).reduce((sum, each) => sum + each, 0)).toBe(1);
  });

  it('has the words of a refusal, and everything else as text', () => {
    const more = { fix: 'Add m5.large', path: 'spec', found: 2, needed: 5 };
    expect(reportOf(pool([finding('a', more)])).results[0]).toEqual({
      policy: 'zonewarden-policy',
      rule: 'a',
      category: 'Karpenter',
      result: 'fail',
      severity: 'high',
      message: 'Something is wrong. Add m5.large.',
      properties: {
        help: 'docs/policies/a.md',
        path: 'spec',
        fix: 'Add m5.large',
        found: '2',
        needed: '5',
      },
    });
  });

  it('a rule that passed and one that threw are results too', () => {
    const { results, summary } = reportOf(pool([], ['a', 'b'], ['c']));
    expect(results.map(({ rule, result }) => [rule, result])).toEqual([
      ['c', 'error'],
      ['a', 'pass'],
      ['b', 'pass'],
    ]);
    expect(summary).toEqual({ pass: 2, fail: 0, warn: 0, error: 1, skip: 0 });
  });
});

describe('a stored report', () => {
  const report = reportOf(pool([finding('a', { found: 2 }), finding('b')], ['c']));
  const stored = timedReport(report, undefined, 1000);

  it('says the same as the one that was written, in whatever order the API server has its members', () => {
    const turned = JSON.parse(JSON.stringify(stored), (_name, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    turned.metadata.labels.team = 'a';
    turned.metadata.resourceVersion = '7';
    expect(readReport(turned).content).toBe(reportContent(report));
  });

  it.each<readonly [string, (object: typeof stored) => object]>([
    ['a result less', (object) => ({ ...object, results: object.results.slice(1) })],
    ['results in another order', (object) => ({ ...object, results: object.results.toReversed() })],
    ['another summary', (object) => ({ ...object, summary: { ...object.summary, pass: 9 } })],
    ['another scope', (object) => ({ ...object, scope: { ...object.scope, uid: 'uid-2' } })],
    ['no owner', (object) => ({ ...object, metadata: { ...object.metadata, ownerReferences: [] } })],
    ['no label of ours', (object) => ({ ...object, metadata: { ...object.metadata, labels: {} } })],
    ['nothing', ({ metadata }) => ({ metadata })],
  ])('with %s says something else', (_name, change) => {
    expect(readReport(change(stored)).content).not.toBe(reportContent(report));
  });

  it('lends its times to what was found before', () => {
    const next = reportOf(pool([finding('a', { found: 3 }), finding('b')], ['c', 'd']));
    const times = timedReport(next, readReport(stored), 2000).results.map(({ rule, timestamp }) => [
      rule,
      timestamp.seconds,
    ]);
    expect(times).toEqual([
      ['a', 2000],
      ['b', 1000],
      ['c', 1000],
      ['d', 2000],
    ]);
  });

  it('without times is read', () => {
    const { results } = report;
    expect(readReport({ ...stored, results }).since).toEqual({});
    expect(readReport({ ...stored, results: [{ rule: 'a', timestamp: 'x' }] }).since).toEqual({});
  });
});
