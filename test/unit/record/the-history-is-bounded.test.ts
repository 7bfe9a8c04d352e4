import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { boundedHistory, HISTORY_BYTES, MOST_TRANSITIONS } from '../../../shared/record/bounded-history.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import { decodeRecord, encodeRecord, HISTORY_ANNOTATION } from '../../../shared/record/record-document.ts';
import { EMPTY_RECORD, type Transition } from '../../../shared/record/zone-record.ts';
import { asOf, at, end, NOON, start } from './signals.ts';

const bytesOf = (text: string | undefined) => Buffer.byteLength(text ?? '');
const transition = (n: number, members: Partial<Transition> = {}): Transition => ({
  n,
  at: '2026-11-21T12:00:00.000Z',
  zoneId: 'use1-az1',
  from: 'recovering',
  to: 'impaired',
  because: `autoshift since ${at(4)}`,
  generation: n,
  ...members,
});

/** Texts that grow when they are written as JSON, halves of characters among them. */
const anyText = fc.oneof(
  fc.string({ maxLength: 600, unit: 'binary' }),
  fc.constantFrom('\u0000'.repeat(5000), '😀'.repeat(500), '"\\'.repeat(400), '\ud800'.repeat(300)),
);

describe('the history', () => {
  it('keeps the last transitions of thousands, in order and without a gap', () => {
    let record = EMPTY_RECORD;
    for (let round = 0; round < 1000; round += 1) {
      const nowMs = NOON + round * 60_000;
      const signal = { ...start('use1-az1', 4), at: new Date(nowMs).toISOString() };
      const over = { ...end('use1-az1', 4), at: new Date(nowMs + 1).toISOString() };
      record = applySignals(record, [signal], () => 'us-east-1a', asOf(nowMs)).record;
      record = applySignals(record, [over], () => 'us-east-1a', asOf(nowMs + 2)).record;
      record = completeRecovery(record, ['use1-az1'], nowMs + 3);
    }
    const numbers = record.history?.map(({ n }) => n) ?? [];
    expect(numbers).toEqual(Array.from({ length: MOST_TRANSITIONS }, (_, index) => 2937 + index));
    const text = encodeRecord(record).annotations[HISTORY_ANNOTATION];
    expect(bytesOf(text)).toBeLessThan(MOST_TRANSITIONS * 200);
    expect(decodeRecord(encodeRecord(record)).record).toEqual(record);
  });

  it('never has more bytes than its annotation may have, whatever zones and sources are called', () => {
    const any = fc.record({ name: anyText, because: anyText, zoneId: anyText });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 200 }), (texts) => {
        const many = texts.map((members, index) => transition(index + 1, members));
        const history = boundedHistory(many);
        expect(history.map(({ n }) => n)).toEqual(many.slice(many.length - history.length).map(({ n }) => n));
        expect(boundedHistory(history)).toEqual(history);
        const text = encodeRecord({ ...EMPTY_RECORD, generation: Number.MAX_SAFE_INTEGER, history: many })
          .annotations[HISTORY_ANNOTATION];
        expect(bytesOf(text)).toBeLessThanOrEqual(HISTORY_BYTES);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps 32 transitions at least, however long the texts of people are', () => {
    const long = { name: 'ä'.repeat(1000), because: '\u0001'.repeat(10_000), zoneId: 'a'.repeat(20) };
    const many = Array.from({ length: 100 }, (_, index) =>
      transition(Number.MAX_SAFE_INTEGER - 100 + index, long),
    );
    expect(boundedHistory(many).length).toBeGreaterThanOrEqual(32);
  });

  it.each([
    ['that fits, and is left as it is', 'x'.repeat(240), 'x'.repeat(240)],
    ['of one byte too many', 'x'.repeat(241), `${'x'.repeat(237)}…`],
    ['between two characters', '😀'.repeat(61), `${'😀'.repeat(59)}…`],
    ['that is longer as JSON', '"'.repeat(121), `${'"'.repeat(118)}…`],
  ])('cuts a text %s', (_, because, expected) => {
    expect(boundedHistory([transition(1, { because })])[0]?.because).toBe(expected);
  });

  it('has the sources of a zone whole, as long as there are no more than six', () => {
    const sources = Array.from({ length: 6 }, () => `autoshift since ${at(4)}`).join(', ');
    expect(boundedHistory([transition(1, { because: sources })])[0]?.because).toBe(sources);
  });
});
