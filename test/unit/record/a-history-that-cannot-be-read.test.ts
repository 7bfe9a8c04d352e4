import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeRecord } from '../../../cli/shift/stored-record.ts';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { HISTORY_BYTES, MOST_TRANSITIONS } from '../../../shared/record/bounded-history.ts';
import {
  decodeRecord,
  encodeRecord,
  HISTORY_ANNOTATION,
  isNeeded,
  RECORD_NAME,
  TOLD_ANNOTATION,
  withRecord,
} from '../../../shared/record/record-document.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createRecordStore } from '../../../shared/stores/record-store.ts';
import { ConfigMapInMemory } from './config-map-in-memory.ts';
import { transitionsIn } from './replayed.ts';
import { asOf, end, NOON, start, statesIn } from './signals.ts';

const change = (record: ZoneRecord) =>
  applySignals(record, [end('use1-az1', 5)], () => undefined, asOf(NOON)).record;
const AWAY: ZoneRecord = {
  ...applySignals(EMPTY_RECORD, [start('use1-az1', 4)], () => undefined, asOf(NOON)).record,
  told: 1,
};
const { history: _none, ...WITHOUT } = AWAY;
const { told: _nothing, ...UNTOLD } = AWAY;

const ONE = AWAY.history?.[0];
const textOf = (transitions: unknown, generation: unknown = 1) => JSON.stringify({ generation, transitions });
const numbered = (...numbers: number[]) => numbers.map((n) => ({ ...ONE, n }));

/** The record with another text for its history, or for the number that was told. */
function withText(text: string, name = HISTORY_ANNOTATION) {
  const { annotations, data } = encodeRecord(AWAY);
  return { annotations: { ...annotations, [name]: text }, data };
}

const garbled: [string, string][] = [
  ['nothing', ''],
  ['no JSON', '{"generation":1,'],
  ['a word', '"impaired"'],
  ['a list', '[]'],
  ['without transitions', '{"generation":1}'],
  ['without a generation', JSON.stringify({ transitions: [ONE] })],
  ['of a generation that is none', textOf([ONE], -1)],
  ['of transitions that are no list', textOf(ONE)],
  ['of a state that nobody knows', textOf([{ ...ONE, to: 'broken' }])],
  ['of a time that is none', textOf([{ ...ONE, at: 'noon' }])],
  ['of a time without end', textOf([{ ...ONE, at: `2026-11-21T04:00:00.${'0'.repeat(100)}Z` }])],
  ['without a number', textOf([{ ...ONE, n: undefined }])],
  ['of numbers that do not grow', textOf(numbered(2, 2))],
  ['of numbers that fall', textOf(numbered(2, 1))],
  ['of a number that cannot be counted on from', textOf(numbered(2 ** 53))],
  ['deeper than a stack', `${'['.repeat(30_000)}`],
  ['larger than anybody writes', textOf([{ ...ONE, because: 'x'.repeat(4 * HISTORY_BYTES) }])],
];

describe('a history', () => {
  it.each(garbled)('that is %s is dropped and reported, and the record is read', (_, text) => {
    const { record, unreadable } = decodeRecord(withText(text));
    expect(record).toEqual(WITHOUT);
    expect(unreadable.map(({ key }) => key)).toEqual([HISTORY_ANNOTATION]);
    expect(unreadable[0]?.error.message).toContain('the history cannot be read');
    expect(unreadable[0]?.error.message.length).toBeLessThan(1000);
    expect(unreadable.some(isNeeded)).toBe(false);
    // The next write has none of it, and goes on above what was told.
    const written = withRecord(withText(text), change(record), unreadable);
    expect(transitionsIn(decodeRecord(written).record)).toEqual(['2 use1-az1 impaired > recovering']);
  });

  it.each(garbled)('that is %s is what it was in the last good record, where one is known', (_, text) => {
    const { record, unreadable } = decodeRecord(withText(text), AWAY);
    expect(record).toEqual(AWAY);
    expect(unreadable).toHaveLength(1);
  });

  it('is read up to its bounds: the newest transitions, with texts that are cut', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ ...ONE, n: index + 1 }));
    // What is too old to be kept is not looked at, good or bad.
    const { record, unreadable } = decodeRecord(withText(textOf(['bad', ...many])));
    expect(unreadable).toEqual([]);
    expect(record.history?.map(({ n }) => n)).toEqual(many.map(({ n }) => n).slice(-MOST_TRANSITIONS));
    const long = decodeRecord(
      withText(textOf([{ ...ONE, because: 'x'.repeat(30_000), name: 'y'.repeat(999) }])),
    );
    expect(long.record.history?.[0]?.because.length).toBeLessThan(300);
    expect(long.record.history?.[0]?.name?.length).toBeLessThan(300);
  });

  it('of a later version is read without what we do not know', () => {
    const later = { ...ONE, figures: { launches: 3 } };
    const text = JSON.stringify({ generation: 1, transitions: [later], since: 5 });
    expect(decodeRecord(withText(text))).toEqual({ record: AWAY, unreadable: [] });
  });

  it('of any text leaves the record readable, and is gone or good after the next write', () => {
    const any = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"generation":1,"transitions":${text}}`),
    );
    fc.assert(
      fc.property(any, any, (text, told) => {
        const document = withText(text);
        const { record, unreadable } = decodeRecord({
          ...document,
          annotations: { ...document.annotations, [TOLD_ANNOTATION]: told },
        });
        expect(record.zones).toEqual(AWAY.zones);
        expect(unreadable.every(({ key }) => key === HISTORY_ANNOTATION || key === TOLD_ANNOTATION)).toBe(
          true,
        );
        expect(decodeRecord(withRecord(document, record, unreadable)).unreadable).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the number that was told', () => {
  it.each(['', '-1', '1.5', 'one', '[1]', '99999999999999999999'])(
    'that is %j is reported and dropped',
    (text) => {
      const { record, unreadable } = decodeRecord(withText(text, TOLD_ANNOTATION));
      expect(record).toEqual(UNTOLD);
      expect(unreadable.map(({ key }) => key)).toEqual([TOLD_ANNOTATION]);
      expect(decodeRecord(withText(text, TOLD_ANNOTATION), AWAY).record).toEqual(AWAY);
    },
  );
});

describe('who writes a record whose history cannot be read', () => {
  const never = new AbortController().signal;
  function stored(): ConfigMapInMemory {
    const configMap = new ConfigMapInMemory();
    const { annotations, data } = withText('garbled');
    configMap.put({ metadata: { name: RECORD_NAME, namespace: 'zonewarden', annotations }, data });
    return configMap;
  }

  it('mends it, and says so', async () => {
    const configMap = stored();
    const mended: string[] = [];
    const store = createRecordStore({
      client: configMap,
      namespace: 'zonewarden',
      fieldManager: 'test',
      highestMark: async () => 0,
      onMended: (parts) => mended.push(...parts.map(({ key }) => key)),
    });
    await store.update((record) => record, never);
    expect(configMap.stored?.metadata.annotations).not.toHaveProperty(HISTORY_ANNOTATION);
    expect(mended).toEqual([HISTORY_ANNOTATION]);
  });

  it('may be a person: their shift does not wait for it', async () => {
    const configMap = stored();
    await changeRecord({ client: configMap, namespace: 'zonewarden', signal: never }, change);
    const { record } = configMap;
    expect(record && [statesIn(record), transitionsIn(record)]).toEqual([
      ['use1-az1 recovering'],
      ['2 use1-az1 impaired > recovering'],
    ]);
  });
});
