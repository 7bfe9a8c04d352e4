import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { ENDED_ANNOTATION, encodeRecord } from '../../../shared/record/record-document.ts';
import { ENDED_MEMORY_MS } from '../../../shared/record/remembered-ends.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD } from '../../../shared/record/zone-record.ts';
import { activeIn, asOf, end, NOON, start } from './signals.ts';

const unknown = () => undefined;
const DAY_MS = 24 * 60 * 60 * 1000;

function ago(signal: ZoneSignal, ms: number): ZoneSignal {
  return { ...signal, at: new Date(NOON - ms).toISOString() };
}

describe('the memory of what ended', () => {
  it('lasts a day longer than SQS keeps a message, and no longer', () => {
    const young = ago(end('use1-az1', 0), 15 * DAY_MS - 1);
    const old = ago(end('use1-az2', 0), ENDED_MEMORY_MS);
    const { record } = applySignals(EMPTY_RECORD, [young, old], unknown, asOf(NOON));
    expect(Object.keys(record.ended)).toEqual(['use1-az1 autoshift/region']);
    const later = applySignals(record, [start('use1-az3', 11)], unknown, asOf(NOON + 1)).record;
    expect(later.ended).toEqual({});
  });

  it('is not written for an end that is too old to be remembered and ends nothing', () => {
    const old = ago(end('use1-az1', 0), 20 * DAY_MS);
    expect(applySignals(EMPTY_RECORD, [old], unknown, asOf(NOON)).record).toBe(EMPTY_RECORD);
  });

  it('does not keep an old end from ending what it ends', () => {
    const signals = [ago(start('use1-az1', 0), 21 * DAY_MS), ago(end('use1-az1', 0), 20 * DAY_MS)];
    const started = applySignals(EMPTY_RECORD, signals.slice(0, 1), unknown, asOf(NOON)).record;
    expect(activeIn(started)).toEqual(['use1-az1 autoshift/region']);
    const ended = applySignals(started, signals.slice(1), unknown, asOf(NOON)).record;
    expect([activeIn(ended), ended.ended]).toEqual([[], {}]);
  });

  it('fits into an annotation however much ended at once: the newest stay', () => {
    const arn = (index: number) =>
      `arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/ä-${index}/${'long'.repeat(30)}`;
    const many = Array.from({ length: 1000 }, (_, index) =>
      ago(end('use1-az1', 0, `autoshift/${arn(index)}`), index * 1000),
    );
    let record = EMPTY_RECORD;
    for (let first = 0; first < many.length; first += 100) {
      record = applySignals(record, many.slice(first, first + 100), unknown, asOf(NOON)).record;
    }
    const annotation = encodeRecord(record).annotations[ENDED_ANNOTATION] ?? '';
    expect(Buffer.byteLength(annotation)).toBeLessThan(48 * 1024);
    const kept = Object.keys(record.ended).length;
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan(1000);
    expect(record.ended[`use1-az1 autoshift/${arn(0)}`]).toBeDefined();
    expect(record.ended[`use1-az1 autoshift/${arn(kept - 1)}`]).toBeDefined();
    expect(record.ended[`use1-az1 autoshift/${arn(kept)}`]).toBeUndefined();
  });
});
