import { describe, expect, it } from 'vitest';
import { decisionRecord } from '../../../shared/audit/decision-record.ts';
import { AUDIT_EVENTS, auditLineJsonSchema } from '../../../shared/audit/log-schema/audit-line.ts';
import { registrationRecord } from '../../../shared/audit/registration-record.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { codeBlocks, codeSpans, readDocument, section, tableRows } from '../docs/markdown.ts';
import { fieldsOf, problemsOf, strictProblemsOf } from './published-schema.ts';

const text = readDocument('docs/audit.md');
const documented = (heading: string) =>
  tableRows(section(text, heading)).flatMap(([name = '']) => codeSpans(name));

/** A line as it leaves a process, read again. */
function written(component: string, record: object, message?: string): Record<string, unknown> {
  let line = '';
  const { log } = createLogger(component, 'info', {
    write(part: string) {
      line += part;
    },
  });
  log.info(record, message);
  return JSON.parse(line) as Record<string, unknown>;
}

const subject = {
  webhook: 'mutate',
  uid: 'c9f2c4a3',
  operation: 'UPDATE',
  dryRun: false,
  kind: 'NodePool',
  name: 'web',
  username: 'admin',
  fieldManager: undefined,
};
const facts = { action: 'unchanged', rule: 'zone-impaired-target' } as const;
const decided = written(
  'webhook',
  decisionRecord(subject, { allowed: true }, facts, { generation: 1, zones: [] }, 1),
);

it('the published schema is the one that the reader has (npm run audit-schema writes it)', () => {
  expect(JSON.parse(readDocument('docs/schemas/audit-line.schema.json'))).toEqual(auditLineJsonSchema());
});

describe('docs/audit.md', () => {
  it('and the schema name the same fields of a decision', () => {
    expect(fieldsOf('webhook', 'decision').sort()).toEqual(documented('## Fields').sort());
  });

  it('and the schema name the same fields of a registration, but for those that every line has', () => {
    const named = ['time', 'component', 'message', ...documented('## Break glass and registration')];
    expect(fieldsOf('webhook', 'registration').sort()).toEqual(named.sort());
    expect(fieldsOf('webhook', 'break-glass')).toEqual(fieldsOf('webhook', 'registration'));
  });

  it('has no event of the watcher that the schema has not, and the other way round', () => {
    expect([...new Set(documented("## The watcher's lines"))].sort()).toEqual(
      [...(AUDIT_EVENTS.get('watcher') ?? [])].sort(),
    );
  });

  it('names members of the watcher’s lines that the schema names, too', () => {
    for (const [events = '', , members = ''] of tableRows(section(text, "## The watcher's lines"))) {
      const values = ['present', 'absent', 'unreadable', 'denies', 'audits', 'null'];
      const names = codeSpans(members).filter((name) => !values.includes(name));
      for (const event of codeSpans(events)) {
        expect(fieldsOf('watcher', event)).toEqual(expect.arrayContaining(names));
      }
    }
  });

  it('shows lines that are as published, as docs/audit-only.md does', () => {
    const shown = ['docs/audit.md', 'docs/audit-only.md'].flatMap((path) =>
      codeBlocks(readDocument(path), 'json').map((block) => JSON.parse(block) as unknown),
    );
    expect(shown.length).toBeGreaterThan(1);
    for (const line of shown) expect(strictProblemsOf(line)).toEqual([]);
  });
});

describe('a line of', () => {
  it('a decision is as published', () => {
    expect(strictProblemsOf(decided)).toEqual([]);
  });

  it('a registration is as published, at the first look, at a change, and when nothing is left', () => {
    const about = { kind: 'MutatingWebhookConfiguration', configuration: 'zonewarden' };
    const all = { 'nodepools.zonewarden.io': 'Fail', 'nodeclaims.zonewarden.io': 'Fail' };
    const changes = [
      [undefined, all],
      [all, { ...all, 'nodepools.zonewarden.io': 'Ignore' }],
      [all, null],
    ] as const;
    for (const [from, to] of changes) {
      const record = registrationRecord(about, from, to);
      expect(strictProblemsOf(written('webhook', record ?? {}, 'in words'))).toEqual([]);
    }
  });
});

describe('a fault is noticed:', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a field that is missing', { uid: undefined }],
    ['a field of another type', { allowed: 'yes' }],
    ['a word that is none', { action: 'rejected' }],
    ['an event that nobody knows', { event: 'verdict' }],
    ['a finding without its rule', { findings: [{ severity: 'deny', message: 'x' }] }],
  ])('%s', (_, fault) => {
    expect(problemsOf({ ...decided, ...fault })).not.toEqual([]);
  });

  it('a field that the schema does not name is one only for this version', () => {
    const later = { ...decided, region: 'us-east-1' };
    expect(problemsOf(later)).toEqual([]);
    expect(strictProblemsOf(later)).not.toEqual([]);
  });
});
