import { describe, expect, it } from 'vitest';
import { decisionRecord } from '../../../shared/audit/decision-record.ts';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';
import { strictProblemsOf } from '../audit/published-schema.ts';

const HUGE = 'x'.repeat(2_900_000);
const many = <T>(count: number, make: (place: number) => T) =>
  Array.from({ length: count }, (_, place) => make(place));
const entry = (values: readonly string[], key = 'topology.kubernetes.io/zone') => ({
  key,
  operator: 'In',
  values,
});
const finding = (place: number): Finding => ({
  rule: `rule-${place}`,
  severity: 'warn',
  message: HUGE,
  fix: HUGE,
});
const zone = (place: number): OrderedZone => ({
  id: `use1-az${place}`,
  state: 'impaired',
  sources: many(50, (source) => ({
    id: `${HUGE}${source}`,
    kind: 'autoshift',
    since: '2026-11-21T04:00:00Z',
  })),
});

const SUBJECT = {
  webhook: 'mutate',
  uid: HUGE,
  operation: 'CREATE',
  dryRun: true,
  kind: HUGE,
  name: HUGE,
  username: HUGE,
  fieldManager: HUGE,
};
const FACTS = { action: 'refused', rule: 'zone-impaired-target' } as const;
const SET = { generation: 1, zones: [] };

const lineOf = (facts: object, subject = SUBJECT, set: { generation: number; zones: OrderedZone[] } = SET) =>
  decisionRecord(subject, { allowed: false, message: HUGE }, { ...FACTS, ...facts }, set, 1);

/** One dry run wrote a line of 5.8 MB, and the API server refused its object. */
const LONGEST = 200_000;

describe('the line of a decision', () => {
  it.each<[string, object]>([
    ['one value', { declared: [entry([HUGE])], effective: [entry([HUGE])] }],
    ['values', { declared: [entry(many(19_500, String))], effective: [entry(many(19_500, String))] }],
    ['requirements', { declared: many(200, () => entry(many(50, String))) }],
    ['a key', { declared: [entry([], HUGE)] }],
    ['notes', { notes: many(200, () => HUGE) }],
    ['findings', { findings: many(200, finding) }],
    [
      'everything',
      {
        declared: many(200, () => entry([HUGE])),
        effective: many(200, () => entry([HUGE])),
        notes: many(200, () => HUGE),
        findings: many(200, finding),
      },
    ],
  ])('stays short, however long %s may be', (_, facts) => {
    const record = lineOf(facts);
    expect(JSON.stringify(record).length).toBeLessThan(LONGEST);
    expect(record.cut).toEqual(expect.arrayContaining(['name', 'message', ...Object.keys(facts)]));
  });

  it('stays short, however many zones and sources there are', () => {
    const record = lineOf({}, SUBJECT, { generation: 1, zones: many(64, zone) });
    expect(JSON.stringify(record).length).toBeLessThan(2 * LONGEST);
    expect(record.cut).toContain('impairedZones');
  });

  it('says how much was left out of a list', () => {
    const { declared, effective } = lineOf({
      declared: [entry(many(5000, (place) => `us-east-1${place}`))],
      effective: many(100, () => entry(many(50, (place) => `us-east-1${place}`))),
    });
    expect(declared?.[0]).toMatch(/^topology\.kubernetes\.io\/zone In \[us-east-10, .*, … 49\d\d more\]$/);
    expect(effective?.at(-1)).toMatch(/^… \d\d more$/);
  });

  it('has what the schema says, also where something was cut', () => {
    const line = { level: 'info', time: 'now', component: 'webhook', ...lineOf({ notes: [HUGE] }) };
    expect(strictProblemsOf(JSON.parse(JSON.stringify(line)))).toEqual([]);
  });

  it('is whole where everything is of a usual length', () => {
    const subject = {
      ...SUBJECT,
      uid: 'u',
      kind: 'NodePool',
      name: 'web',
      username: 'eve',
      fieldManager: 'kubectl',
    };
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
    const facts = { ...FACTS, declared: [entry(zones)] };
    const record = decisionRecord(subject, { allowed: true }, facts, SET, 1);
    expect(record.cut).toBeUndefined();
    expect(record.declared).toEqual([`topology.kubernetes.io/zone In [${zones.join(', ')}]`]);
  });
});
