import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKeys, encodeKeys, type Keys } from '../../../shared/keys/keys-document.ts';
import { MARK_KEY_LIFE_MS, markKeysAt } from '../../../shared/keys/mark-key-ring.ts';
import { type KeysView, tendKeys } from '../../../shared/keys/tend-keys.ts';
import { KeysInOrder } from './keys-in-order.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** What becomes of a Secret that holds these keys, or this `data`. */
function tend(stored: Keys | Record<string, string> | undefined, view: Partial<KeysView> = {}, from = 100) {
  const data = isKeys(stored) ? encodeKeys(stored) : stored;
  return tendKeys(data && decodeKeys(data), { held: undefined, nowMs: NOW, ...view }, new KeysInOrder(from));
}

function isKeys(stored: Keys | Record<string, string> | undefined): stored is Keys {
  return typeof stored?.markKeys === 'object';
}

const made = tend(undefined, {}, 0).keys;
const idsOf = ({ markKeys }: Keys) => markKeys.map(({ id }) => id.slice(-3));
const tokensOf = ({ tokens }: Keys) => tokens.map(({ token }) => token.slice(-3));

describe('a Secret that is not there', () => {
  it('is made, with one key and one token', () => {
    const { keys, changes } = tend(undefined);
    expect(changes).toEqual([
      { part: 'markKeys', what: 'made' },
      { part: 'tokens', what: 'made' },
    ]);
    expect([idsOf(keys), tokensOf(keys)]).toEqual([['100'], ['101']]);
  });

  it('is made again as it was by a process that read it', () => {
    const { keys, changes } = tend(undefined, { held: made });
    expect(keys).toEqual(made);
    expect(changes.map(({ what }) => what)).toEqual(['restored', 'restored']);
  });
});

describe('a Secret that is there', () => {
  it('is left alone while nothing is due', () => {
    expect(tend(made)).toEqual({ keys: made, changes: [] });
  });

  it.each([
    ['no base64 of JSON', 'garbage'],
    ['JSON of another shape', Buffer.from('{}').toString('base64')],
    ['no keys at all', Buffer.from('[]').toString('base64')],
    [
      'too short a key',
      encodeKeys({ ...made, markKeys: [{ id: 'abcdef01', secret: new Uint8Array(31), madeMs: 0 }] })[
        'mark-keys'
      ] ?? '',
    ],
    [
      'one id twice',
      encodeKeys({ ...made, markKeys: [...made.markKeys, ...made.markKeys] })['mark-keys'] ?? '',
    ],
  ])('with %s for keys gets those that are held, else new ones, and keeps its tokens', (_, text) => {
    const damaged = { ...encodeKeys(made), 'mark-keys': text };
    const restored = tend(damaged, { held: made });
    expect(restored.keys).toEqual(made);
    expect(restored.changes).toEqual([
      { part: 'markKeys', what: 'restored', problem: expect.stringMatching(/./) },
    ]);
    const anew = tend(damaged);
    expect([idsOf(anew.keys), tokensOf(anew.keys)]).toEqual([['100'], tokensOf(made)]);
    expect(anew.changes).toEqual([{ part: 'markKeys', what: 'made', problem: expect.stringMatching(/./) }]);
  });

  it('says nothing of what stands in a damaged part', () => {
    const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQ=';
    const text = Buffer.from(JSON.stringify([{ id: 'x', secret, madeAt: secret }])).toString('base64');
    const { changes } = tend({ ...encodeKeys(made), 'mark-keys': text, 'admission-tokens': text });
    expect(JSON.stringify(changes)).not.toContain(secret.slice(0, 12));
  });

  it('gets a part anew that somebody took out, whatever is held: that is how a key is taken back', () => {
    const { 'mark-keys': _, ...without } = encodeKeys(made);
    const { keys, changes } = tend(without, { held: made });
    expect([idsOf(keys), tokensOf(keys)]).toEqual([['100'], tokensOf(made)]);
    expect(changes).toEqual([{ part: 'markKeys', what: 'made' }]);
  });
});

describe('the keys for marks', () => {
  it.each([
    ['29 days old', NOW - 29 * DAY, false],
    ['30 days old', NOW - 30 * DAY, true],
    ['from a clock a little ahead', NOW + HOUR, false],
    ['from a clock that was years ahead', NOW + 1000 * DAY, true],
  ])('whose newest is %s', (_, madeMs, isDue) => {
    const [key] = made.markKeys;
    const { keys, changes } = tend({ ...made, markKeys: key === undefined ? [] : [{ ...key, madeMs }] });
    expect(idsOf(keys)).toEqual(isDue ? ['100', '000'] : ['000']);
    expect(changes.length > 0).toBe(isDue);
  });

  it('are not rotated again by a process that just did', () => {
    const ahead = { nowMs: NOW + 1000 * DAY };
    expect(tend(made, { ...ahead, justRotated: true }).changes).toEqual([]);
    expect(tend(made, ahead).changes).toHaveLength(1);
  });

  it('make marks with a new key only when every process knows it, unless there is no other', () => {
    const { keys } = tend(made, { nowMs: NOW + MARK_KEY_LIFE_MS });
    const at = (ms: number) => markKeysAt(keys.markKeys, NOW + MARK_KEY_LIFE_MS + ms)?.current.id.slice(-3);
    expect([at(-DAY), at(0), at(599_999), at(600_000)]).toEqual(['000', '000', '000', '100']);
    expect(markKeysAt(made.markKeys, NOW)?.current.id.slice(-3)).toBe('000');
    expect(markKeysAt([], NOW)).toBeUndefined();
  });

  it('are three at most, one of which makes marks, and the one before is believed until the next rotation', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), (days) => {
        let keys = made;
        let nowMs = NOW;
        const chance = new KeysInOrder(100);
        for (const each of days) {
          nowMs += each * DAY;
          const before = markKeysAt(keys.markKeys, nowMs)?.current.id;
          ({ keys } = tendKeys(decodeKeys(encodeKeys(keys)), { held: undefined, nowMs }, chance));
          const after = markKeysAt(keys.markKeys, nowMs);
          expect(keys.markKeys.length).toBeLessThanOrEqual(3);
          expect(after?.all.map(({ id }) => id)).toContain(before);
          expect(after?.current.id).toBe(before);
        }
      }),
    );
  });
});

describe('the tokens', () => {
  it('get one more after one that is to be followed, once', () => {
    const retire = made.tokens[0]?.token;
    const { keys, changes } = tend(made, { retire });
    expect(tokensOf(keys)).toEqual(['100', '001']);
    expect(changes).toEqual([{ part: 'tokens', what: 'rotated' }]);
    expect(tend(keys, { retire }).changes).toEqual([]);
  });

  it('are few', () => {
    let keys = made;
    for (let turn = 0; turn < 9; turn += 1)
      ({ keys } = tend(keys, { retire: keys.tokens[0]?.token }, 200 + turn));
    expect(tokensOf(keys)).toEqual(['208', '207', '206']);
  });
});

it('any bytes in the Secret have a reading, and what is made of them is found as it was written', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString('base64')),
  );
  const parts = fc.record({ 'mark-keys': text, 'admission-tokens': text, other: text }, { requiredKeys: [] });
  fc.assert(
    fc.property(parts, (data) => {
      const { keys } = tend(data);
      expect(decodeKeys(encodeKeys(keys))).toEqual({
        markKeys: { value: keys.markKeys },
        tokens: { value: keys.tokens },
      });
      expect(tend(keys).changes).toEqual([]);
    }),
  );
});
