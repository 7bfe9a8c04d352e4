import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { boundedHistory } from '../../../shared/record/bounded-history.ts';
import {
  decodeRecord,
  ENDED_ANNOTATION,
  encodeRecord,
  GENERATION_ANNOTATION,
  HISTORY_ANNOTATION,
  TOLD_ANNOTATION,
} from '../../../shared/record/record-document.ts';
import { EMPTY_RECORD, type TransitionState, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { anySignals, asOf, at, NOON } from './signals.ts';

const time = fc
  .integer({ min: 0, max: Date.parse('2099-12-31T00:00:00Z') })
  .map((ms) => new Date(ms).toISOString());
const word = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const zoneId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,19}$/);

const source = fc.record(
  {
    id: word,
    kind: word,
    since: time,
    until: time,
    lastStart: time,
    via: fc.constantFrom('event' as const, 'arc' as const, 'operator' as const, 'derived' as const),
    standing: fc.constantFrom('recorded' as const, 'not-applied' as const, 'pending' as const),
    absentSince: time,
    by: word,
    reason: word,
    forced: fc.boolean(),
  },
  { requiredKeys: ['id', 'kind', 'since'] },
);
const sources = (minLength: number) =>
  fc.uniqueArray(source, { minLength, maxLength: 4, selector: ({ id }) => id });
const thawed = fc.oneof(fc.constant('all' as const), fc.array(word, { maxLength: 4 }));
const zone = fc.oneof(
  fc.record(
    {
      id: zoneId,
      name: word,
      state: fc.constantFrom('impaired' as const, 'recorded' as const, 'held' as const),
      sources: sources(1),
      thawed,
    },
    { requiredKeys: ['id', 'state', 'sources'] },
  ),
  fc.record(
    { id: zoneId, name: word, state: fc.constant('recovering' as const), sources: sources(0), thawed },
    { requiredKeys: ['id', 'state', 'sources'] },
  ),
  fc.record(
    {
      id: zoneId,
      state: fc.constantFrom('impaired' as const, 'held' as const, 'recovering' as const),
      use: fc.constantFrom('used' as const, 'unknown' as const, 'elsewhere' as const),
      why: word,
      sources: sources(1),
    },
    { requiredKeys: ['id', 'state', 'use', 'sources'] },
  ),
  fc.record({
    id: zoneId,
    state: fc.constant('elsewhere' as const),
    use: fc.constant('elsewhere' as const),
    why: word,
    sources: sources(1),
  }),
);
const reach = fc.record(
  {
    unknown: fc.string(),
    zones: fc.dictionary(zoneId, fc.record({ name: word, by: fc.string() }, { requiredKeys: ['by'] }), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    // No zone has that name, and zod takes it from no object.
    names: fc.dictionary(
      word.filter((text) => text !== '__proto__'),
      fc.string(),
      { maxKeys: 3, noNullPrototype: true },
    ),
  },
  { requiredKeys: ['zones', 'names'] },
);
const state = fc.constantFrom<TransitionState>(
  'healthy',
  'impaired',
  'recovering',
  'recorded',
  'held',
  'elsewhere',
);
const transition = fc.record(
  {
    at: time,
    zoneId,
    name: word,
    from: state,
    to: state,
    because: fc.string(),
    generation: fc.maxSafeNat(),
    stale: fc.constant(true as const),
  },
  { requiredKeys: ['at', 'zoneId', 'from', 'to', 'because', 'generation'] },
);
/** As writers make it: of one state to another one, within its bounds, and in order. */
const change = transition.filter(({ from, to }) => from !== to);
const history = fc
  .tuple(fc.array(change, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 2 ** 40 }))
  .map(([list, first]) => boundedHistory(list.map((one, index) => ({ ...one, n: first + 3 * index }))));
const record: fc.Arbitrary<ZoneRecord> = fc.record(
  {
    history,
    told: fc.maxSafeNat(),
    generation: fc.maxSafeNat(),
    used: fc.dictionary(zoneId, fc.string(), { maxKeys: 4, noNullPrototype: true }),
    reach,
    requests: fc.oneof(
      fc.record({ look: time }),
      fc.record({ look: time, received: fc.record({ generation: fc.maxSafeNat(), at: time }) }),
    ),
    zones: fc
      .uniqueArray(zone, { maxLength: 5, selector: ({ id }) => id })
      .map((zones) => zones.sort((left, right) => (left.id < right.id ? -1 : 1))),
    ended: fc.dictionary(
      word.map((text) => `use1-az1 ${text}`),
      time,
      { maxKeys: 5, noNullPrototype: true },
    ),
  },
  { requiredKeys: ['generation', 'zones', 'ended'] },
);

describe('the record in its ConfigMap', () => {
  it('comes back as it was written, whatever sources are called', () => {
    fc.assert(
      fc.property(record, (written) => {
        expect(decodeRecord(encodeRecord(written))).toEqual({ record: written, unreadable: [] });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['lines of a blank', ' \n'],
    ['lines that begin and end with a blank', ' \n '],
    ['lines that look like members and comments', ' : \n#'],
    ['lines that end with a backslash', ' \\\n'],
  ])('comes back as it was written where a name is long and made of %s', (_, part) => {
    const names = Array.from({ length: 120 }, (_one, at) => `autoshift/${part.repeat(60).slice(0, at)}`);
    const sources = [...new Set(names)].map((id) => ({ id, kind: 'autoshift', since: at(0) }));
    const zones = [{ id: 'use1-az1', state: 'impaired' as const, sources }];
    const written: ZoneRecord = { ...EMPTY_RECORD, generation: 1, zones };
    const read = decodeRecord(encodeRecord(written));
    expect(read.unreadable).toEqual([]);
    expect(read.record.zones[0]?.sources.map(({ id }) => id).toSorted()).toEqual(
      sources.map(({ id }) => id).toSorted(),
    );
  });

  it('comes back as it was written after any signals', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const written = applySignals(EMPTY_RECORD, signals, () => undefined, asOf(NOON)).record;
        expect(decodeRecord(encodeRecord(written))).toEqual({ record: written, unreadable: [] });
      }),
    );
  });

  it('is the same text for the same record, and comes through the wire', () => {
    fc.assert(
      fc.property(record, (written) => {
        const ended = Object.fromEntries(Object.entries(written.ended).reverse());
        const text = JSON.stringify(encodeRecord(written));
        expect(JSON.stringify(encodeRecord({ ...written, ended }))).toBe(text);
        expect(decodeRecord(JSON.parse(text)).record).toEqual(written);
      }),
    );
  });

  it('is for people to read: one key a zone, a small YAML document each', () => {
    const { annotations, data } = encodeRecord({
      generation: 7,
      zones: [
        {
          id: 'use1-az1',
          name: 'us-east-1a',
          state: 'impaired',
          sources: [{ id: 'autoshift/region', kind: 'autoshift', since: at(4) }],
        },
      ],
      ended: { 'use1-az2 autoshift/region': at(3) },
      history: [
        {
          n: 41,
          at: at(5),
          zoneId: 'use1-az1',
          name: 'us-east-1a',
          from: 'healthy',
          to: 'impaired',
          because: `autoshift since ${at(4)}`,
          generation: 7,
        },
      ],
      told: 40,
    });
    expect(annotations).toEqual({
      [GENERATION_ANNOTATION]: '7',
      [ENDED_ANNOTATION]: '{"use1-az2 autoshift/region":"2026-11-21T03:00:00Z"}',
      [HISTORY_ANNOTATION]:
        '{"generation":7,"transitions":[{"n":41,"at":"2026-11-21T05:00:00Z","zoneId":"use1-az1","name":"us-east-1a",' +
        '"from":"healthy","to":"impaired","because":"autoshift since 2026-11-21T04:00:00Z","generation":7}]}',
      [TOLD_ANNOTATION]: '40',
    });
    expect(Object.keys(data)).toEqual(['use1-az1']);
    expect(parse(data['use1-az1'] ?? '')).toEqual({
      name: 'us-east-1a',
      state: 'impaired',
      sources: [{ id: 'autoshift/region', kind: 'autoshift', since: at(4) }],
    });
  });

  it('is empty for an empty record: a generation and nothing else', () => {
    const empty = { annotations: { [GENERATION_ANNOTATION]: '0' }, data: {} };
    expect(encodeRecord(EMPTY_RECORD)).toEqual(empty);
    // A ConfigMap without data has no `data` when it is read.
    expect(decodeRecord({ annotations: empty.annotations }).record).toEqual(EMPTY_RECORD);
  });
});

describe('a zone whose text has not changed', () => {
  const zoneOf = (id: string, since: string) => ({
    id,
    state: 'impaired' as const,
    sources: [{ id: 'autoshift/region', kind: 'autoshift', since }],
  });
  const first: ZoneRecord = {
    generation: 7,
    zones: [zoneOf('use1-az1', at(4)), zoneOf('use1-az2', at(4))],
    ended: {},
  };

  it('is not read again: the same object comes back, and what has changed is another', () => {
    const known = decodeRecord(encodeRecord(first)).record;
    const next = { ...first, generation: 8, zones: [zoneOf('use1-az1', at(4)), zoneOf('use1-az2', at(5))] };
    const { record: seen } = decodeRecord(encodeRecord(next), known);
    expect(seen).toEqual(next);
    expect(seen.zones[0]).toBe(known.zones[0]);
    expect(seen.zones[1]).not.toBe(known.zones[1]);
  });

  it('nor is one that this process has written itself, or that a person wrote in other words', () => {
    const document = encodeRecord(first);
    expect(decodeRecord(document, first).record.zones[0]).toBe(first.zones[0]);
    const data = { ...document.data, 'use1-az1': `# by hand\n${document.data['use1-az1']}` };
    const byHand = decodeRecord({ ...document, data }, first).record;
    expect(byHand.zones[0]).not.toBe(first.zones[0]);
    expect(decodeRecord({ ...document, data }, byHand).record.zones[0]).toBe(byHand.zones[0]);
    expect(encodeRecord(byHand)).toEqual(document);
  });
});
