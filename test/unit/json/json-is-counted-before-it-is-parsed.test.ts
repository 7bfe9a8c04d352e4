import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { jsonMembers } from '../../../shared/json/json-members.ts';
import { type JsonSize, scanJson } from '../../../shared/json/scan-json.ts';

/** What a value holds, by walking it: slow, and right. */
function sizeOf(value: unknown): JsonSize {
  if (typeof value !== 'object' || value === null) return { values: 0, levels: 0 };
  const inside = Object.values(value).map(sizeOf);
  return {
    values: inside.reduce((sum, { values }) => sum + values, inside.length),
    levels: 1 + Math.max(0, ...inside.map(({ levels }) => levels)),
  };
}

const scan = (text: string) => scanJson(Buffer.from(text));
const bytesOf = (text: string) => Buffer.byteLength(text);

/** Strings that are awkward in a text: quotes, backslashes, brackets, code points of every length. */
const awkward = fc.string({
  unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'é', '☂', '💡', '\n', 'a'),
});
const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });
const { value: tangled } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    awkward,
    fc.constantFrom(null, true, 0, -1.5e-7, [], {}),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(awkward, tie('value'), { maxKeys: 6 }),
  ),
}));
const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });
const indent = fc.constantFrom('', ' ', '\t', '\n');

describe('scanJson', () => {
  it('counts exactly what JSON.parse makes, whatever white space is between', () => {
    fc.assert(
      fc.property(fc.oneof(json, tangled), space, indent, space, (value, before, within, after) => {
        const text = before + JSON.stringify(value, undefined, within);
        expect(scan(text + after)).toEqual({ ...sizeOf(JSON.parse(text)), end: bytesOf(text) });
      }),
      { numRuns: 2000 },
    );
  });

  it('ends where the value ends, whatever follows', () => {
    fc.assert(
      fc.property(
        fc.oneof(json, tangled),
        fc.constantFrom(',', ']', '}', ' x'),
        fc.string(),
        (value, stop, rest) => {
          const text = JSON.stringify(value);
          expect(scan(text + stop + rest)).toEqual({ ...sizeOf(JSON.parse(text)), end: bytesOf(text) });
        },
      ),
    );
  });

  it('counts members of the same name each: it never counts less than JSON.parse makes', () => {
    expect(scan('{"a":[1,2],"a":3}')).toMatchObject({ values: 4, levels: 2 });
  });

  it('never fails, never looks past the end, and never counts less, on texts that are hardly JSON', () => {
    const shred = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '"a"',
        '"\\"',
        'null',
        '1',
        ' ',
        '\u0000',
        '{}',
        '[]',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(shred, (pieces) => {
        const text = pieces.join('');
        const { values, levels, end } = scan(text);
        expect(end).toBeLessThanOrEqual(bytesOf(text));
        let made: unknown;
        try {
          made = JSON.parse(text);
        } catch {
          return;
        }
        const size = sizeOf(made);
        expect(values).toBeGreaterThanOrEqual(size.values);
        expect(levels).toBeGreaterThanOrEqual(size.levels);
      }),
      { numRuns: 5000 },
    );
  });

  it('looks at each byte once', () => {
    // The worst that there is for one that looks back: quotes behind ever more backslashes.
    const bytes = Buffer.from(`["${'\\\\'.repeat(1000)}","${'\\"'.repeat(1000)}",[[[[{}]]]]]`);
    let looks = 0;
    const counted = new Proxy(new Uint8Array(bytes), {
      get(target, name) {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks += 1;
        const value: unknown = Reflect.get(target, name, target);
        return value;
      },
    });
    expect(scanJson(counted)).toEqual(scanJson(bytes));
    expect(looks).toBeLessThan(4 * bytes.length);
  });

  test.each<[string, string, number, number]>([
    ['nothing', '', 0, 0],
    ['2.4 million objects', `[${'{},'.repeat(2_400_000)}{}]`, 2_400_001, 2],
    ['lists as deep as they fit', '['.repeat(3_000_000) + ']'.repeat(3_000_000), 2_999_999, 3_000_000],
    ['brackets that are never closed', '[{"a":'.repeat(100), 200, 200],
    ['a string that is never closed', `["${'\\"'.repeat(100)}`, 1, 1],
    ['a backslash at the end', '["\\', 1, 1],
  ])('%s', (_name, text, values, levels) => {
    expect(scan(text)).toEqual({ values, levels, end: bytesOf(text) });
  });
});

describe('jsonMembers', () => {
  it('names each member of an object and where its value is', () => {
    fc.assert(
      fc.property(fc.dictionary(awkward, tangled, { maxKeys: 8 }), indent, (object, within) => {
        const text = Buffer.from(JSON.stringify(object, undefined, within));
        const members = [...jsonMembers(text, 0)];
        expect(
          members.map(({ name }) => JSON.parse(`"${Buffer.from(name, 'latin1').toString('utf8')}"`)),
        ).toEqual(Object.keys(object));
        const values = members.map(({ start, scanned }) =>
          JSON.parse(text.toString('utf8', start, scanned().end)),
        );
        expect(values).toEqual(Object.values(JSON.parse(JSON.stringify(object))));
      }),
    );
  });

  it.each(['', '[]', '"a"', '{', '{}', '{"a"', '{"a" 1}', '{,}', '{1:2}', '{"'])('has none in %j', (text) => {
    expect([...jsonMembers(Buffer.from(text), 0)]).toEqual([]);
  });

  it('says where a value begins, and what it holds', () => {
    const text = Buffer.from(`{"a":1,"request":{"uid":"u","object":[${'{},'.repeat(1000)}{}]}}`);
    const request = [...jsonMembers(text, 0)].find(({ name }) => name === 'request');
    expect(text.toString('utf8', request?.start)).toMatch(/^\{"uid"/);
    const members = [...jsonMembers(text, request?.start ?? 0)];
    expect(members.map(({ name, scanned }) => [name, scanned().values])).toEqual([
      ['uid', 0],
      ['object', 1001],
    ]);
  });
});
