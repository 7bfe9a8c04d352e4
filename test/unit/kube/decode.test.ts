import { expect, test } from 'vitest';
import { decodeList, decodeObject, decodeStatus, decodeWatchLine } from '../../../shared/kube/decode.ts';
import { KubeError } from '../../../shared/kube/errors.ts';

function errorOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return error;
  }
}

test('an object keeps every field that is not known here', () => {
  const object = {
    kind: 'NodePool',
    metadata: { name: 'a', selfLink: 'x' },
    spec: { deep: [1, { two: 3 }] },
  };
  expect(decodeObject(JSON.stringify(object), 'get it')).toEqual(object);
});

test('a null creationTimestamp, as old servers send in bookmarks, is left out', () => {
  const line = '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7","creationTimestamp":null}}}';
  expect(decodeWatchLine(line, 'watch').object.metadata).toEqual({ resourceVersion: '7' });
});

test('a list without items is empty', () => {
  expect(decodeList('{"metadata":{"resourceVersion":"7"},"items":null}', 'list')).toEqual({
    metadata: { resourceVersion: '7' },
    items: [],
  });
});

test.each([
  ['not JSON', '<html>'],
  ['no object', '"text"'],
  ['null', 'null'],
  ['no metadata', '{"kind":"Pod"}'],
  ['a name that is a number', '{"metadata":{"name":7}}'],
  ['annotations that are no strings', '{"metadata":{"annotations":{"a":1}}}'],
])('%s is kube.undecodable', (_, body) => {
  const error = errorOf(() => decodeObject(body, 'get /here'));
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toMatchObject({ code: 'kube.undecodable', message: expect.stringContaining('get /here') });
});

test('an ERROR event is thrown with what its status says', () => {
  const line = JSON.stringify({
    type: 'ERROR',
    object: {
      kind: 'Status',
      code: 429,
      reason: 'TooManyRequests',
      message: 'slow down',
      details: { retryAfterSeconds: 3 },
    },
  });
  expect(errorOf(() => decodeWatchLine(line, 'watch /here'))).toMatchObject({
    code: 'kube.throttled',
    status: 429,
    retryAfterSeconds: 3,
  });
  expect(errorOf(() => decodeWatchLine('{"type":"ERROR","object":7}', 'w'))).toMatchObject({
    code: 'kube.server',
  });
});

test('a body that is no Status says nothing', () => {
  expect(decodeStatus('<html>')).toEqual({});
  expect(decodeStatus('{"kind":"Pod"}')).toEqual({});
});
