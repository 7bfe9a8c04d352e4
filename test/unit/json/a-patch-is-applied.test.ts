import jsonpatch from 'fast-json-patch';
import { expect, it } from 'vitest';
import { applyJsonPatch } from '../../../shared/json/apply-json-patch.ts';
import type { JsonPatchOperation } from '../../../shared/json/json-patch.ts';

const OBJECT = {
  metadata: { annotations: { 'zonewarden.io/declared': '{}', team: 'a' } },
  spec: { list: [{ key: 'a', values: ['x', 'y'] }, { key: 'b' }], 'a~b': 1 },
};

it.each<readonly [string, readonly JsonPatchOperation[]]>([
  ['a member is added', [{ op: 'add', path: '/spec/weight', value: 3 }]],
  ['a member is replaced', [{ op: 'replace', path: '/spec/list/0/values', value: ['z'] }]],
  ['a member with a slash goes', [{ op: 'remove', path: '/metadata/annotations/zonewarden.io~1declared' }]],
  ['a member with a tilde is replaced', [{ op: 'replace', path: '/spec/a~0b', value: 2 }]],
  ['an entry is appended', [{ op: 'add', path: '/spec/list/-', value: { key: 'c' } }]],
  ['an entry is inserted', [{ op: 'add', path: '/spec/list/0', value: { key: 'c' } }]],
  ['an entry is replaced', [{ op: 'replace', path: '/spec/list/1', value: { key: 'c' } }]],
  [
    'entries go from the last one down',
    [
      { op: 'remove', path: '/spec/list/1' },
      { op: 'remove', path: '/spec/list/0' },
    ],
  ],
])('%s, as another implementation does it, and the object stays as it is', (_name, patch) => {
  const before = structuredClone(OBJECT);
  const expected = jsonpatch.applyPatch(
    structuredClone(OBJECT),
    structuredClone([...patch]),
    true,
  ).newDocument;
  expect(applyJsonPatch(OBJECT, patch)).toEqual(expected);
  expect(OBJECT).toEqual(before);
});

it('a path that leads nowhere changes nothing', () => {
  const value = { op: 'replace', value: 1 } as const;
  for (const path of ['/spec/list/7', '/spec/list/7/values', '/none/of/these', '/spec/list/x/y'])
    expect(applyJsonPatch(OBJECT, [{ ...value, path }])).toEqual(OBJECT);
});
