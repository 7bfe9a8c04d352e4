import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD, enforcesTheSame, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { activeIn, anySignal, anySignals, asOf, NOON } from './signals.ts';

const nameOf = (zoneId: string) => (zoneId === 'use1-az1' ? 'us-east-1a' : undefined);

function applied(signals: readonly ZoneSignal[], record: ZoneRecord = EMPTY_RECORD): ZoneRecord {
  return applySignals(record, signals, nameOf, asOf(NOON)).record;
}

function oneByOne(signals: readonly ZoneSignal[]): ZoneRecord {
  return signals.reduce((record, signal) => applied([signal], record), EMPTY_RECORD);
}

/** The rule in its own words: the newest start is later than the newest end. */
function activeByTheRule(signals: readonly ZoneSignal[]): string[] {
  const newest = (key: string, change: ZoneSignal['change']) =>
    Math.max(
      0,
      ...signals
        .filter((one) => keyOf(one) === key && one.change === change)
        .map((one) => Date.parse(one.at)),
    );
  const keys = new Set(signals.map(keyOf));
  return [...keys].filter((key) => newest(key, 'start') > newest(key, 'end')).sort();
}

function keyOf(signal: ZoneSignal): string {
  return `${signal.zoneId} ${signal.source.id}`;
}

/** Signals, and the same ones in another order with some of them repeated. */
const twoDeliveries = anySignals.chain((signals) =>
  fc.tuple(
    fc.constant(signals),
    signals.length === 0
      ? fc.constant<ZoneSignal[]>([])
      : fc
          .array(fc.constantFrom(...signals), { maxLength: 14 })
          .chain((repeated) =>
            fc.shuffledSubarray([...signals, ...repeated], { minLength: signals.length + repeated.length }),
          ),
  ),
);

describe('signals', () => {
  it('end in the active sources that the rule asks for, in any order and repetition', () => {
    fc.assert(
      fc.property(twoDeliveries, ([signals, delivered]) => {
        const expected = activeByTheRule(signals);
        expect(activeIn(applied(signals))).toEqual(expected);
        expect(activeIn(applied(delivered))).toEqual(expected);
        expect(activeIn(oneByOne(delivered))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('change nothing when they come again: the same object comes back', () => {
    const oneAfterTheOther = fc.uniqueArray(anySignal, { maxLength: 14, selector: keyOf });
    fc.assert(
      fc.property(oneAfterTheOther, oneAfterTheOther, (first, second) => {
        const signals = [...first, ...second];
        const record = applied(signals);
        const again = applySignals(record, signals, nameOf, asOf(NOON));
        expect(again.record).toBe(record);
        expect(again.outcomes).not.toContain('applied');
      }),
      { numRuns: 500 },
    );
  });

  // Of three starts only the first and the newest are kept, so that the middle one, when it comes again after an end
  // of the first, is news for what people read as `since`; it is for nothing else.
  it('change nothing that is enforced when they come again in another order, and nothing at all the time after', () => {
    fc.assert(
      fc.property(twoDeliveries, ([signals, delivered]) => {
        const record = applied(signals);
        const again = applied(delivered, record);
        expect(again.generation).toBe(record.generation);
        expect(activeIn(again)).toEqual(activeIn(record));
        expect(applied(signals, again)).toBe(again);
      }),
      { numRuns: 500 },
    );
  });

  it('let the generation grow by one for a batch that enforcement can see, and not for any other', () => {
    fc.assert(
      fc.property(anySignals, anySignals, (before, batch) => {
        const record = applied(before);
        const next = applied(batch, record);
        expect(next.generation - record.generation).toBe(enforcesTheSame(record, next) ? 0 : 1);
      }),
      { numRuns: 500 },
    );
  });

  it('leave zones sorted, named where the name is known, and impaired exactly where a source is active', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const { zones } = applied(signals);
        expect(zones.map(({ id }) => id)).toEqual(zones.map(({ id }) => id).sort());
        for (const zone of zones) {
          expect(zone.state).toBe(zone.sources.length > 0 ? 'impaired' : 'recovering');
          expect(zone.name).toBe(nameOf(zone.id));
        }
      }),
    );
  });

  it('give one outcome each, in their order', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        expect(applySignals(EMPTY_RECORD, signals, nameOf, asOf(NOON)).outcomes).toHaveLength(signals.length);
      }),
    );
  });

  it('do not change the record that they are given', () => {
    fc.assert(
      fc.property(anySignals, anySignals, (before, batch) => {
        const record = applied(before);
        const copy = structuredClone(record);
        applied(batch, record);
        expect(record).toEqual(copy);
      }),
    );
  });
});
