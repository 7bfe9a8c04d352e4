import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AUDIT_EVENTS, readAuditLine } from '../../../shared/audit/log-schema/audit-line.ts';
import type { FactRow } from '../../../shared/facts/fact-row.ts';
import { type FactName, lineOf, type Told, WATCHER_FACTS } from '../../../shared/facts/watcher-facts.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { writeToLog } from '../../../watcher/listeners/write-to-log.ts';
import { exampleFacts, examplesOf } from './example-facts.ts';

const rows = Object.entries(WATCHER_FACTS) as (readonly [
  FactName,
  Pick<FactRow, 'shape' | 'audit' | 'events'>,
])[];
const cases = exampleFacts.map(
  ({ name, fact }) => [name, JSON.stringify(fact), { name, fact } as Told] as const,
);

/** What a log of level debug has of it; `undefined` for nothing. */
function written(told: Told): string | undefined {
  const lines: string[] = [];
  const { log } = createLogger('watcher', 'debug', { write: (line) => void lines.push(line) });
  writeToLog(log).hear(told);
  expect(lines.length).toBeLessThanOrEqual(1);
  return lines[0];
}

describe('the examples', () => {
  it.each(rows)('of %s have each word that its shape knows', (name, { shape }) => {
    for (const [member, type] of Object.entries(shape)) {
      if (!(type instanceof z.ZodEnum)) continue;
      const values = examplesOf(name).map((fact) => new Map(Object.entries(fact)).get(member));
      expect(values, member).toEqual(expect.arrayContaining(type.options));
    }
  });

  it.each(cases)('%s %s is of its shape', (name, _text, { fact }) => {
    expect(z.strictObject(WATCHER_FACTS[name].shape).safeParse(fact).error?.issues).toBeUndefined();
  });
});

describe('the line of a fact', () => {
  it.each(cases)('%s %s has words', (_name, _text, told) => {
    const line = lineOf(told);
    if (line !== undefined) expect(line.words).toMatch(/^\S.{9,}$/);
  });

  it.each(cases)('%s %s has an event that its row names', (name, _text, told) => {
    const { events } = WATCHER_FACTS[name] as Pick<FactRow, 'events'>;
    const line = lineOf(told);
    if (line !== undefined) expect(events ?? [name]).toContain(line.event);
  });

  it.each(rows.filter(([, { events }]) => events !== undefined))(
    '%s shows each of its events',
    (name, { events }) => {
      const shown = exampleFacts.filter((told) => told.name === name).map((told) => lineOf(told)?.event);
      expect([...new Set(shown)].filter((event) => event !== undefined).sort()).toEqual(
        [...(events ?? [])].sort(),
      );
    },
  );

  it('has the event of its action, of what it was before, or of its name', () => {
    const [cordon, , , , uncordon, forget] = examplesOf('node-written');
    const [denies, audits, absent] = examplesOf('policy-binding');
    const nodes = [cordon, uncordon, forget].map((fact) => fact && lineOf({ name: 'node-written', fact }));
    const bound = [denies, audits, absent].map((fact) => fact && lineOf({ name: 'policy-binding', fact }));
    const events = [
      ...nodes,
      ...bound,
      lineOf({ name: 'failure', fact: { part: 'nudge', error: 'odd' } }),
      lineOf({ name: 'trouble', fact: { part: 'nudge', error: 'odd' } }),
      lineOf({ name: 'signal', fact: { outcome: 'ignored', why: 'odd', signal: {} } }),
      lineOf({ name: 'rule-defect', fact: { rule: 'spot-only', error: 'odd' } }),
      lineOf({ name: 'recovered', fact: { zoneId: 'use1-az1', why: 'time-limit' } }),
    ].map((line) => line?.event);
    expect(events).toEqual([
      ...['cordon', 'uncordon', 'forget'],
      ...['policy-binding', 'break-glass', 'policy-binding'],
      ...['trouble', 'trouble', 'ignored', 'policy-scan', 'recovered'],
    ]);
  });

  it.each<[Told, string | undefined]>([
    [{ name: 'nudge', fact: { nodePool: 'web', result: 'changed' } }, 'info'],
    [{ name: 'nudge', fact: { nodePool: 'web', result: 'gone' } }, 'info'],
    [{ name: 'nudge', fact: { nodePool: 'web', result: 'unsettled' } }, 'debug'],
    [{ name: 'nudge', fact: { nodePool: 'web', result: 'failed' } }, undefined],
    [{ name: 'signal', fact: { outcome: 'applied', signal: {} } }, undefined],
    [{ name: 'trouble', fact: { part: 'a', error: undefined } }, undefined],
    [{ name: 'trouble', fact: { part: 'a', error: 'odd' } }, 'warn'],
    [{ name: 'arc', fact: { operation: 'ListAutoshifts', error: undefined } }, 'info'],
    [{ name: 'arc', fact: { operation: 'ListAutoshifts', trouble: 'denied', error: 'odd' } }, 'warn'],
    [{ name: 'policy-fallback', fact: { presence: 'present', generation: 7 } }, 'info'],
    [{ name: 'policy-fallback', fact: { presence: 'absent', generation: null } }, 'warn'],
    [{ name: 'policy-fallback', fact: { result: 'written', generation: 7 } }, 'info'],
    [{ name: 'policy-fallback', fact: { result: 'conflict', generation: 7 } }, undefined],
    [{ name: 'policy-fallback', fact: { leftOut: 3 } }, 'warn'],
    [{ name: 'policy-fallback', fact: { leftOut: 0 } }, undefined],
  ])('%o is of the level %s', (told, level) => {
    expect(lineOf(told)?.level).toBe(level);
  });

  it('is written with all of the fact, and an error as what it says', () => {
    const line = written({ name: 'failure', fact: { part: 'nudge', error: new Error('it is broken') } });
    expect(JSON.parse(line ?? '')).toEqual({
      ...{ level: 'warn', component: 'watcher', event: 'trouble', part: 'nudge', error: 'it is broken' },
      ...{ message: 'trouble; trying again', time: expect.any(String) },
    });
  });

  it('has no member for what is not known', () => {
    const line = written({ name: 'arc', fact: { operation: 'ListAutoshifts', error: undefined } });
    expect(Object.keys(JSON.parse(line ?? ''))).not.toContain('error');
  });
});

describe('the audit stream', () => {
  it('has the lines of facts that say so, and no others', () => {
    const events = rows.flatMap(([name, { audit, events: own }]) =>
      audit === undefined ? [] : (own ?? [name]),
    );
    expect([...(AUDIT_EVENTS.get('watcher') ?? [])].sort()).toEqual(events.sort());
  });

  it.each(cases)('%s %s is a line of it or is not, and is as its schema says', (name, _text, told) => {
    const line = written(told);
    if (line === undefined) return;
    const { audit } = WATCHER_FACTS[name] as Pick<FactRow, 'audit'>;
    expect(readAuditLine(line)).toMatchObject({ is: audit === undefined ? 'other' : 'line' });
  });
});
