import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditOptions, auditSchema } from '../../../../cli/audit/audit-options.ts';
import { auditRow } from '../../../../cli/audit/audit-table.ts';
import { fits } from '../../../../cli/audit/fits.ts';
import { type AuditLine, readAuditLine } from '../../../../shared/audit/log-schema/audit-line.ts';
import { away, BROKEN_GLASS, decision, FINDING, NUDGE, RECORD_WRITTEN } from './sample-lines.ts';

function lineOf(value: unknown): AuditLine {
  const reading = readAuditLine(JSON.stringify(value));
  if (reading.is !== 'line') throw new Error(`it is ${reading.is}: ${JSON.stringify(value)}`);
  return reading.line;
}

const options = (over: Partial<AuditOptions>): AuditOptions => ({
  output: 'table',
  nodepool: [],
  user: [],
  rule: [],
  zone: [],
  action: [],
  denied: false,
  ...over,
});
const found = (value: unknown, over: Partial<AuditOptions>) => fits(lineOf(value), options(over));

describe('what a text is', () => {
  const json = JSON.stringify(decision());
  it.each<[string, string, string]>([
    ['a line', json, 'line'],
    ['with the prefix of kubectl logs', `[pod/zonewarden-7d9c-x/webhook] ${json}`, 'line'],
    ['with a time in front', `2026-11-21T06:23:47.707123456Z ${json}`, 'line'],
    ['with both', `[pod/zonewarden-7d9c-x/webhook] 2026-11-21T06:23:47.7Z ${json}`, 'line'],
    ['of a file of the container runtime', `2026-11-21T06:23:47.7+01:00 stdout F ${json}`, 'line'],
    ['of a later version', JSON.stringify(decision({ region: 'us-east-1' })), 'line'],
    ['another line of the log', JSON.stringify({ ...decision(), event: 'started' }), 'other'],
    ['of another component', JSON.stringify(decision({ component: 'demo' })), 'other'],
    ['without a component', JSON.stringify(decision({ component: undefined })), 'other'],
    ['words before it', `he said ${json}`, 'other'],
    ['cut off', json.slice(0, -5), 'other'],
    ['no JSON', '{"event": decision', 'other'],
    ['nothing', '', 'other'],
    ['only a prefix', '[pod/zonewarden-7d9c-x/webhook] ', 'other'],
    ['longer than any line', JSON.stringify(decision({ message: 'x'.repeat(1_048_576) })), 'other'],
    ['without its uid', JSON.stringify(decision({ uid: undefined })), 'unreadable'],
    ['with a word that is no action', JSON.stringify(decision({ action: 'denied' })), 'unreadable'],
  ])('%s', (_, text, is) => {
    expect(readAuditLine(text).is).toBe(is);
  });

  it('garbage never throws, and what can be read can be shown', () => {
    const parts = fc.constantFrom(json, '{', '}', '"event"', '[pod/a/b] ', '"', ':', ',', '\u0000', 'null');
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts, { maxLength: 6 }).map((each) => each.join('')),
      fc.jsonValue().map((value) => JSON.stringify(decision({ findings: value }))),
      fc
        .dictionary(fc.constantFrom(...Object.keys(decision())), fc.jsonValue())
        .map((faults) => JSON.stringify(decision(faults))),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        const reading = readAuditLine(text);
        if (reading.is !== 'line') return;
        expect(auditRow(reading.line)).not.toContain('\n');
        fits(reading.line, options({ zone: ['use1-az1'], nodepool: ['web'], since: 0 }));
      }),
      { numRuns: 500 },
    );
  });
});

describe('--nodepool', () => {
  it.each<[string, unknown, boolean]>([
    ['the NodePool', decision(), true],
    ['another', decision({ name: 'web2' }), false],
    ['a NodeClaim of it while it is made', decision({ kind: 'NodeClaim', name: 'web-' }), true],
    ['a NodeClaim of it', decision({ kind: 'NodeClaim', name: 'web-x7k2p' }), true],
    ['a NodeClaim of another', decision({ kind: 'NodeClaim', name: 'web-blue-x7k2p' }), false],
    ['a nudge', NUDGE, true],
    ['the record', RECORD_WRITTEN, false],
  ])('%s', (_, line, expected) => {
    expect(found(line, { nodepool: ['web'] })).toBe(expected);
  });

  it('takes patterns, and any of several names', () => {
    expect(found(decision(), { nodepool: ['w*b'] })).toBe(true);
    expect(found(decision(), { nodepool: ['batch', 'web'] })).toBe(true);
  });
});

describe('--zone, by ID and by name', () => {
  const refused = { allowed: false, action: 'refused' };
  it.each<[string, unknown, boolean]>([
    ['kept out of it', away(true), true],
    ['decided while it was away, and not concerned', away(false), false],
    [
      'refused because of it',
      away(false, { ...refused, message: 'us-east-1a (use1-az1) is impaired' }),
      true,
    ],
    [
      'refused because of another whose name begins so',
      away(false, { ...refused, message: 'us-east-1a-x and use1-az11 are impaired' }),
      false,
    ],
    [
      'a finding that speaks of it',
      away(false, { findings: [{ ...FINDING, message: 'without us-east-1a (use1-az1) 2 are left' }] }),
      true,
    ],
    ['back in it', decision({ action: 'restored', effective: ['zone In [us-east-1a, use1-az1]'] }), true],
    ['a list that has it', decision({ effective: ['zone In [us-east-1a, use1-az1]'] }), false],
    ['the record', RECORD_WRITTEN, true],
    ['a nudge', NUDGE, false],
  ])('%s', (_, line, expected) => {
    expect(found(line, { zone: ['use1-az1'] })).toBe(expected);
    expect(found(line, { zone: ['us-east-1a'] })).toBe(expected);
  });

  it('of which the line has the other name only', () => {
    const line = away(false, { ...refused, message: 'us-east-1a is impaired' });
    expect(found(line, { zone: ['use1-az1'] })).toBe(true);
    expect(found(line, { zone: ['use1-az2'] })).toBe(false);
  });
});

describe('other filters', () => {
  it.each<[string, unknown, Partial<AuditOptions>, boolean]>([
    ['--user', decision(), { user: ['alice'] }, true],
    ['--user, a pattern', decision({ username: 'system:serviceaccount:a:b' }), { user: ['system:*'] }, true],
    ['--user, another', decision(), { user: ['bob'] }, false],
    ["--user of an operator's shift", RECORD_WRITTEN, { user: ['bob'] }, true],
    ['--rule that decided', decision(), { rule: ['zone-impaired-target'] }, true],
    ['--rule in a finding', decision({ findings: [FINDING] }), { rule: ['spot-types-min'] }, true],
    ['--rule, another', decision({ findings: [FINDING] }), { rule: ['spot-types'] }, false],
    ['--rule of what is no decision', RECORD_WRITTEN, { rule: ['x'] }, false],
    ['--action', decision(), { action: ['pruned', 'unchanged'] }, true],
    ['--action, another', decision(), { action: ['pruned'] }, false],
    ['--denied', decision({ allowed: false, action: 'refused' }), { denied: true }, true],
    ['--denied, let through', decision(), { denied: true }, false],
    ['--denied of what is no decision', BROKEN_GLASS, { denied: true }, false],
    ['--since, at the moment', decision(), { since: Date.parse('2026-11-21T06:23:47.707Z') }, true],
    ['--since, before it', decision(), { since: Date.parse('2026-11-21T06:23:47.708Z') }, false],
    ['--until, at the moment', decision(), { until: Date.parse('2026-11-21T06:23:47.707Z') }, false],
    ['--until, before it', decision(), { until: Date.parse('2026-11-21T06:23:47.708Z') }, true],
    ['--since of a line without a time', decision({ time: 'then' }), { since: 0 }, false],
    ['none', BROKEN_GLASS, {}, true],
    ['all of several', decision(), { user: ['alice'], rule: ['x'] }, false],
  ])('%s', (_, line, over, expected) => {
    expect(found(line, over)).toBe(expected);
  });

  it('times are moments, days, or how long ago', () => {
    const nowMs = Date.parse('2026-11-21T12:00:00Z');
    const since = (text: string) =>
      auditSchema(nowMs).safeParse({ output: 'table', denied: false, since: text }).data?.since;
    expect(since('2026-11-21T06:00:00+01:00')).toBe(Date.parse('2026-11-21T05:00:00Z'));
    expect(since('2026-11-21')).toBe(Date.parse('2026-11-21T00:00:00Z'));
    expect(since('1h30m')).toBe(nowMs - 5_400_000);
    for (const text of ['', '99', 'yesterday', '2026-13-01', '21.11.2026', '2026-11-21T06:00']) {
      expect(since(text)).toBeUndefined();
    }
  });
});

describe('a row', () => {
  it('says who, what, when and why', () => {
    const line = lineOf(
      away(true, {
        action: 'pruned',
        dryRun: true,
        notes: ['frozen'],
        findings: [FINDING, { ...FINDING, rule: 'zone-single', severity: 'audit', lowered: 'exempt' }],
      }),
    );
    expect(auditRow(line).split(/ {2,}/)).toEqual([
      '2026-11-21T06:23:47Z',
      'mutate',
      'pruned',
      'NodePool/web',
      'alice',
      'zone-impaired-target',
      'UPDATE, dry run; kept out of us-east-1a (use1-az1); findings: deny spot-types-min, audit zone-single (exempt); frozen',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['the record', RECORD_WRITTEN, 'generation 2: use1-az1 impaired'],
    ['a broken glass', BROKEN_GLASS, 'the webhook is not called; missing: nodepools.zonewarden.io'],
    ['a nudge', NUDGE, 'changed'],
  ])('%s', (_, value, details) => {
    expect(auditRow(lineOf(value)).split(/ {2,}/).at(-1)).toBe(details);
  });

  it('has nothing in it that a terminal obeys', () => {
    expect(auditRow(lineOf(decision({ name: 'a\nb\u001b[2J\u202e' })))).toContain(
      'NodePool/a b\ufffd[2J\ufffd',
    );
  });
});
