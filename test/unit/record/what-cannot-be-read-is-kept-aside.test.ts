import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRecord,
  ENDED_ANNOTATION,
  GENERATION_ANNOTATION,
  RECORD_NAME,
  RecordUnreadableError,
  withRecord,
} from '../../../shared/record/record-document.ts';

const source = '- {id: autoshift/region, kind: autoshift, since: "2026-11-21T04:00:00Z"}';
const good = `name: us-east-1a\nstate: impaired\nsources:\n  ${source}\n`;

/** What is thrown or reported for a document that differs from a good one in what is given. */
function refusalOf(
  part: { generation?: string | null; ended?: string; data?: unknown },
  id = 'use1-az1',
): RecordUnreadableError {
  const { generation = '3', ended, data = { [id]: good } } = part;
  const annotations = {
    ...(generation === null ? {} : { [GENERATION_ANNOTATION]: generation }),
    ...(ended === undefined ? {} : { [ENDED_ANNOTATION]: ended }),
  };
  try {
    const [first] = decodeRecord({ annotations, data }).unreadable;
    if (first !== undefined) return first.error;
  } catch (error) {
    if (error instanceof RecordUnreadableError) return error;
    throw error;
  }
  throw new Error('the document was taken for a record');
}

const zone = (text: string) => ({ data: { 'use1-az1': text } });

describe('a record that somebody edited', () => {
  it.each(['', '-1', '1.5', '1e3', ' 3', '0x10', 'three', '9007199254740992', '99999999999999999999'])(
    'is refused with the generation %j',
    (generation) => {
      expect(refusalOf({ generation }).message).toContain('the generation cannot be read');
    },
  );

  it('is refused without a generation, and without annotations', () => {
    expect(refusalOf({ generation: null }).message).toContain('the generation');
    expect(() => decodeRecord({ data: { 'use1-az1': good } })).toThrow(RecordUnreadableError);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'impaired'],
    ['a list', '[]'],
    ['no YAML', 'state: [not, yaml'],
    ['two documents', `${good}---\n${good}`],
    ['a key twice', `${good}state: recovering\n`],
    ['no state', `sources:\n  ${source}\n`],
    ['a state that nobody knows', good.replace('impaired', 'broken')],
    ['no sources', 'state: impaired\n'],
    ['sources that are no list', 'state: impaired\nsources: autoshift\n'],
    ['an empty name', good.replace('us-east-1a', '""')],
    ['a name that is null', good.replace('us-east-1a', 'null')],
    ['a source without an id', good.replace('id: autoshift/region, ', '')],
    ['a source with an empty id', good.replace('id: autoshift/region', 'id: ""')],
    ['a source without a kind', good.replace('kind: autoshift, ', '')],
    ['a source without a time', good.replace(', since: "2026-11-21T04:00:00Z"', '')],
    ['a time of words', good.replace('2026-11-21T04:00:00Z', 'yesterday')],
    ['a day that does not exist', good.replace('2026-11-21T04:00:00Z', '2026-02-30T04:00:00Z')],
    ['a time without a zone', good.replace('04:00:00Z', '04:00:00')],
    ['an end that is null', good.replace('"}', '", until: null}')],
    ['an end that is no time', good.replace('"}', '", until: tomorrow}')],
    ['a newest start that is no time', good.replace('"}', '", lastStart: 5}')],
    ['two sources of one id', `${good}  ${source}\n`],
    ['an impaired zone that nothing can end', 'state: impaired\nsources: []\n'],
    ['aliases that explode', bomb()],
    ['brackets without end', `state: ${'['.repeat(20_000)}`],
  ])('is refused where a zone is %s', (_, text) => {
    const error = refusalOf(zone(text));
    expect(error.message).toContain('zone use1-az1 cannot be read');
    expect(error.message.length).toBeLessThan(1000);
  });

  it.each([
    'US-EAST-1A',
    'use1.az1',
    '-az1',
    'use1_az1',
    'a-key-that-is-longer-than-zone-ids',
    '',
    'use1-az1.unreadable',
  ])('is read without the key %j, which is no zone ID, and that key is left where it is', (id) => {
    const data: unknown = JSON.parse(
      `{${JSON.stringify(id)}: ${JSON.stringify(good)}, "use1-az2": ${JSON.stringify(good)}}`,
    );
    const { record, unreadable } = decodeRecord({ annotations: { [GENERATION_ANNOTATION]: '3' }, data });
    expect([record.zones.map((zone) => zone.id), unreadable]).toEqual([['use1-az2'], []]);
    expect(Object.keys(withRecord({ data }, record).data).sort()).toEqual([id, 'use1-az2'].sort());
  });

  it.each(['', 'x', '[]', '"x"', '{"use1-az1 a": 5}', '{"use1-az1 a": "soon"}'])(
    'is refused where what ended is %s',
    (ended) => {
      expect(refusalOf({ ended }).message).toContain('the ended sources cannot be read');
    },
  );

  it.each([[[]], ['x'], [5], [{ 'use1-az1': { state: 'impaired' } }], [{ 'use1-az1': null }]])(
    'is refused where data is %j',
    (data) => {
      expect(refusalOf({ data }).message).toContain('data cannot be read');
    },
  );

  it('is refused with a stable code, the name of the ConfigMap and what to do', () => {
    const error = refusalOf(zone('state: [not, yaml'));
    expect(error.code).toBe('record.unreadable');
    expect(error.message).toContain(`ConfigMap ${RECORD_NAME}`);
    expect(error.message).toContain('undo the edit, or delete the ConfigMap');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('is read as far as it can be; the rest is as it was last known, and its text is kept aside', () => {
    const data = { 'use1-az1': 'x', 'use1-az2': good, 'use1-az3': 'y' };
    const before = decodeRecord({
      annotations: { [GENERATION_ANNOTATION]: '3' },
      data: { 'use1-az1': good },
    });
    const { record, unreadable } = decodeRecord(
      { annotations: { [GENERATION_ANNOTATION]: 'many', [ENDED_ANNOTATION]: '[]' }, data },
      before.record,
    );
    expect(record.generation).toBe(3);
    expect(record.zones.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'use1-az1 impaired',
      'use1-az2 impaired',
    ]);
    expect(unreadable.map(({ key, text }) => [key, text])).toEqual([
      [GENERATION_ANNOTATION, undefined],
      ['use1-az1', 'x'],
      ['use1-az3', 'y'],
      [ENDED_ANNOTATION, undefined],
    ]);
    const written = withRecord({ annotations: { theirs: 'too' }, data }, record, unreadable);
    expect(decodeRecord(written)).toEqual({ record, unreadable: [] });
    expect(written.annotations.theirs).toBe('too');
    expect(written.data['use1-az1.unreadable']).toBe('x');
    expect(written.data['use1-az3.unreadable']).toBe('y');
  });

  it('is either read or refused with that error, whatever is in it', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom(good, '3', '{}'));
    const map = fc.dictionary(fc.oneof(fc.string(), fc.constant('use1-az1')), text);
    const annotations = fc.option(
      fc.record({ [GENERATION_ANNOTATION]: text, [ENDED_ANNOTATION]: text }, { requiredKeys: [] }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(annotations, fc.oneof(map, fc.anything()), (some, data) => {
        try {
          decodeRecord({ annotations: some, data });
        } catch (error) {
          expect(error).toBeInstanceOf(RecordUnreadableError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** Eight levels of nine aliases each: 43 million nodes if anybody followed them. */
function bomb(): string {
  const levels = Array.from({ length: 8 }, (_, level) => {
    const below = level === 0 ? 'x' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array.from({ length: 9 }, () => below).join(', ')}]`;
  });
  return `${levels.join('\n')}\nstate: *l7\n`;
}
