import { expect, onTestFinished, test, vi } from 'vitest';
import { MOST_VALUES } from '../../../shared/json/json-bounds.ts';
import { parseReview } from '../../../webhook/admission/parse-review.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { nodePool, reviewOf } from '../../http/webhook/reviews.ts';

const MIB = 1024 * 1024;

/** A review as a text, in which `OBJECT` and `OLD` stand for texts that nobody would want to make of values. */
function textOf(object: string, oldObject = 'null'): string {
  return JSON.stringify(reviewOf({ operation: 'UPDATE', object: 'OBJECT', oldObject: 'OLD' }))
    .replace('"OBJECT"', () => object)
    .replace('"OLD"', () => oldObject);
}

/** The texts that `JSON.parse` is given meanwhile. */
function parsedTexts(): () => readonly string[] {
  const spy = vi.spyOn(JSON, 'parse');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.map(([text]) => text);
}

const listOf = (element: string, bytes: number) => {
  const count = Math.floor(bytes / (element.length + 1));
  return `[${Array(count).fill(element).join(',')}]`;
};

test.each<[string, string]>([
  ['empty objects', listOf('{}', 3 * MIB)],
  ['empty lists', listOf('[]', 3 * MIB)],
  ['numbers', listOf('1', 3 * MIB)],
  ['numbers with fractions', listOf('1.5', 3 * MIB)],
  ['strings', listOf('"ab"', 3 * MIB)],
  ['words', listOf('null', 3 * MIB)],
  [
    'objects with keys of their own',
    `[${Array.from({ length: 200_000 }, (_, at) => `{"k${at}":1}`).join()}]`,
  ],
  ['members of one object', `{${Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join()}}`],
  ['members of one name', `{${Array(500_000).fill('"a":1').join()}}`],
])(
  '3 MiB of %s as an object are not made; the rest of the review is read, and why it is not',
  (_name, hostile) => {
    const metadata = { name: 'web' };
    const object = `{"metadata":${JSON.stringify(metadata)},"spec":${hostile}}`;
    const body = Buffer.from(textOf(object, JSON.stringify(nodePool(['us-east-1a']))));
    const texts = parsedTexts();
    const decoded = decodeReview(body);
    expect(texts().every((text) => text.length < 2000)).toBe(true);
    expect(decoded).toMatchObject({
      ok: true,
      request: {
        uid: reviewOf().request.uid,
        object: null,
        oldObject: nodePool(['us-east-1a']),
        unread: { object: `it holds more than ${MOST_VALUES} values` },
      },
    });
  },
);

test('objects that are nested too deep are not made', () => {
  const deep = '['.repeat(MIB) + ']'.repeat(MIB);
  const texts = parsedTexts();
  const words = 'it is nested more than 100 levels deep';
  expect(decodeReview(Buffer.from(textOf(deep, deep)))).toMatchObject({
    ok: true,
    request: { object: null, oldObject: null, unread: { object: words, oldObject: words } },
  });
  expect(texts().every((text) => text.length < 2000)).toBe(true);
});

test.each<[string, string]>([
  ['beside the request', `{"x":${listOf('{}', 3 * MIB)},"request":{}}`],
  ['in another member of the request', `{"request":{"userInfo":${listOf('{}', 3 * MIB)}}}`],
  ['in an object that is none of the review', `{"object":${listOf('{}', 3 * MIB)}}`],
  ['in a list', listOf('{}', 3 * MIB)],
  ['under a name that is only written otherwise', `{"request":{"\\u006fbject":${listOf('{}', 3 * MIB)}}}`],
  [
    'in members of one name, each of which is small',
    `{"request":{${Array(40)
      .fill(`"object":${listOf('{}', MIB / 20)}`)
      .join()}}}`,
  ],
  [
    'behind more members than a request has',
    `{"request":{${'"a":1,'.repeat(100)}"object":${listOf('{}', 3 * MIB)}}}`,
  ],
  ['in a request of the same name', `{"request":{},"request":{"object":${listOf('{}', 3 * MIB)}}}`],
  ['in a text that is never closed', `{"request":{"object":${'[{},'.repeat(MIB / 2)}`],
])('too many values %s: the body is refused in words before anything is made', (_name, body) => {
  const texts = parsedTexts();
  const decoded = decodeReview(body);
  expect(decoded).toMatchObject({
    ok: false,
    uid: '',
    problem: expect.stringMatching(/the body (holds too many|is not JSON)/),
  });
  expect(texts().every((text) => text.length < 2000)).toBe(true);
});

test('a body that is nested too deep is refused in words', () => {
  const body = `{"request":{"options":${'['.repeat(30_000) + ']'.repeat(30_000)}}}`;
  expect(decodeReview(body)).toMatchObject({ ok: false, problem: expect.stringMatching(/nested too deep/) });
});

test('the largest honest review is read whole: objects of 1.5 MiB with all the values that we look through', () => {
  const values = Array.from({ length: MOST_VALUES - 100 }, (_, at) => `${'x'.repeat(50)}-${at}`);
  const object = { ...nodePool(['us-east-1a'], { annotations: { note: 'y'.repeat(250_000) } }), values };
  const groups = Array.from({ length: 15_000 }, (_, at) => `group-${at}`);
  const review = reviewOf({ operation: 'UPDATE', object, oldObject: object });
  const sent = { ...review, request: { ...review.request, userInfo: { username: 'alice', groups } } };
  const body = Buffer.from(JSON.stringify(sent));
  expect(body.length).toBeGreaterThan(2.5 * MIB);
  expect(parseReview(body)).toEqual({ ok: true, json: sent, unread: undefined });
});
