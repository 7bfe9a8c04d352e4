import { describe, expect, it } from 'vitest';
import { auditAnnotations } from '../../../shared/audit/audit-annotations.ts';
import {
  DECISION_ACTIONS,
  type DecisionFacts,
  decisionRecord,
} from '../../../shared/audit/decision-record.ts';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { sourceFiles } from '../architecture/source-files.ts';
import { codeBlocks, codeSpans, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/audit.md');
const fields = tableRows(section(text, '## Fields')).map(([name = '', present = '']) => ({
  name: codeSpans(name)[0] ?? '',
  always: present === 'always',
}));

const subject = {
  webhook: 'mutate',
  uid: 'c9f2c4a3',
  operation: 'UPDATE',
  dryRun: false,
  kind: 'NodePool',
  name: 'web',
  username: 'admin',
};
const zone = {
  id: 'use1-az1',
  name: 'us-east-1a',
  state: 'impaired' as const,
  sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T06:02:58Z' }],
};
const requirement = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1b'] };

/** The line as it leaves the process, read again. */
function lineOf(record: ReturnType<typeof decisionRecord>): Record<string, unknown> {
  let line = '';
  const { log } = createLogger('webhook', 'info', {
    write(text: string) {
      line += text;
    },
  });
  log.info(record);
  return JSON.parse(line) as Record<string, unknown>;
}

const finding: Required<Finding> = {
  rule: 'spot-types-min',
  severity: 'audit',
  message: 'one type matches',
  fix: 'Add others',
  path: 'spec.template.spec.requirements',
  found: 1,
  needed: 5,
  lowered: 'exempt',
  exemption: 'licence',
};
const facts: DecisionFacts = { action: 'unchanged', rule: 'zone-impaired-target' };
const least = lineOf(
  decisionRecord(
    { ...subject, fieldManager: undefined },
    { allowed: true },
    facts,
    { generation: 1, zones: [] },
    1,
  ),
);
const most = lineOf(
  decisionRecord(
    { ...subject, fieldManager: 'kubectl' },
    { allowed: false, message: 'because', patch: [] },
    {
      ...facts,
      declared: [requirement],
      effective: [requirement],
      excluded: [zone],
      notes: ['x'.repeat(2001)],
      findings: [finding],
    },
    { generation: 2, zones: [zone] },
    1,
    {
      verdict: { allowed: false, message: 'because' },
      facts: { ...facts, effective: [requirement], notes: ['frozen'] },
      zones: [zone],
    },
  ),
);

describe('docs/audit.md', () => {
  it('is about lines that keep the reason of a refusal', () => {
    expect(most.message).toBe('because');
  });

  it('has every field that a line can have, and no other', () => {
    expect(fields.map(({ name }) => name).sort()).toEqual(Object.keys(most).sort());
  });

  it('tells the fields that every line has from those that some have', () => {
    const always = fields.filter((field) => field.always).map(({ name }) => name);
    expect(always.sort()).toEqual(Object.keys(least).sort());
  });

  it('has every field of impairedZones', () => {
    const documented = tableRows(section(text, '## impairedZones')).map(([name = '']) => codeSpans(name)[0]);
    const [entry] = most.impairedZones as [Record<string, unknown>];
    const [source] = entry.sources as [Record<string, unknown>];
    const names = [...Object.keys(entry), ...Object.keys(source).map((name) => `sources[].${name}`)];
    expect(documented.sort()).toEqual(names.sort());
  });

  it('has every field of findings, and every reason to lower one', () => {
    const rows = tableRows(section(text, '## findings'));
    const documented = rows.flatMap(([name = '']) => codeSpans(name));
    const [entry] = most.findings as [Record<string, unknown>];
    expect(entry).toEqual(finding);
    expect(documented.sort()).toEqual(Object.keys(entry).sort());
    const [policy] = sourceFiles(['shared/policy']).filter(({ path }) => path.endsWith('/finding.ts'));
    const [, union = ''] = /type Lowered =([^;]+);/.exec(policy?.text ?? '') ?? [];
    const reasons = [...union.matchAll(/'([a-z-]+)'/g)].map(([, word = '']) => word);
    const [, meaning = ''] = rows.find(([name]) => name?.includes('lowered')) ?? [];
    expect(codeSpans(meaning).sort()).toEqual(reasons.sort());
  });

  it('names the annotations of the API server’s audit log', () => {
    const documented = tableRows(section(text, '## The audit log of the API server')).map(
      ([name = '', step = '']) => [codeSpans(step)[0], codeSpans(name)[0]],
    );
    const full: DecisionFacts = { ...facts, excluded: [zone], findings: [finding] };
    const written = (['mutate', 'validate'] as const).flatMap((step) =>
      Object.keys(auditAnnotations(step, full)).map((key) => [step, key]),
    );
    expect(documented.sort()).toEqual(written.sort());
  });

  it('has every field of shadow', () => {
    const documented = tableRows(section(text, '## shadow')).map(([name = '']) => codeSpans(name)[0]);
    expect(documented.sort()).toEqual(Object.keys(most.shadow as object).sort());
  });

  it('shows lines that have the documented fields', () => {
    const examples = codeBlocks(text, 'json').map((code) => JSON.parse(code) as Record<string, unknown>);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const names = Object.keys(example);
      expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      expect(names).toEqual(expect.arrayContaining(Object.keys(least)));
      expect(example.event).toBe('decision');
    }
  });

  it('explains every action, rule and note, and no others', () => {
    const documented = ['## action', '## rule', '## notes'].flatMap((heading) =>
      tableRows(section(text, heading)).flatMap(([name = '']) => codeSpans(name)),
    );
    expect(documented.sort()).toEqual(wordsInSources().sort());
  });
});

/** Actions from their list; rules and notes are the kebab-case literals of the deciding rooms. */
function wordsInSources(): string[] {
  const deciding = sourceFiles([
    'webhook/admission',
    'webhook/mutate',
    'webhook/validate',
    'webhook/deciders',
  ]);
  const literals = deciding.flatMap((file) =>
    [...file.text.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, word = '']) => word),
  );
  // Why a NodeClaim is refused: words of shared/enforcement, which become messages.
  const others = ['nothing-left', 'no-room'];
  const oneWord = deciding.flatMap((file) =>
    [...file.text.matchAll(/\? \['([a-z]+)'\]/g)].map(([, word = '']) => word),
  );
  const phrases = ['left to the CRD: ', 'beyond the bounds: ', 'not asked in time: '].flatMap((start) =>
    [...deciding, ...sourceFiles(['webhook/policies'])].some((file) => file.text.includes(start))
      ? [`${start}…`]
      : [],
  );
  const found = [...literals.filter((word) => !others.includes(word)), ...oneWord, ...phrases];
  return [...DECISION_ACTIONS, ...new Set(found)];
}
