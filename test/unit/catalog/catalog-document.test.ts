import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../../shared/catalog/build-catalog.ts';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { catalogDocument, readCatalog } from '../../../shared/catalog/catalog-document.ts';
import { CatalogUnreadableError } from '../../../shared/catalog/catalog-unreadable-error.ts';
import { randomCatalog } from './random-catalog.ts';

const json = (catalog: Catalog): unknown => JSON.parse(JSON.stringify(catalogDocument(catalog)));

describe('a catalogue in its document', () => {
  it('is the same again', () => {
    fc.assert(
      fc.property(randomCatalog, (catalog) => {
        expect(readCatalog(json(catalog))).toEqual(catalog);
      }),
    );
  });

  it('is compact', () => {
    expect(JSON.stringify(catalogDocument(bundledCatalog())).length).toBeLessThan(150_000);
  });
});

const small = buildCatalog(
  { source: 'ec2', madeAt: '2026-11-21T18:00:00Z', region: 'us-east-1', madeFrom: 'a test' },
  ['a.x', 'b.x'].map((name) => ({
    name,
    capacityTypes: ['spot'],
    labels: { 'node.kubernetes.io/instance-type': name, 'kubernetes.io/arch': 'arm64' },
  })),
  new Map(['a.x', 'b.x'].map((name) => [name, new Set(['use1-az1'])])),
);

const arch = (column: object) => ({ columns: { 'kubernetes.io/arch': column } });
const many = (count: number) =>
  Array.from({ length: count }, (_, place) => `t${String(place).padStart(6, '0')}`);

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['another format', { format: 'zonewarden.io/instance-catalog/v9' }, /format/],
  ['another source', { origin: { source: 'hearsay', madeAt: '2026-11-21T18:00:00Z' } }, /origin\.source/],
  ['no date', { origin: { source: 'ec2', madeAt: 'today' } }, /origin\.madeAt/],
  ['no types', { types: [], capacityTypes: [], columns: {}, offerings: undefined }, /no types/],
  ['types that are not sorted', { types: ['b.x', 'a.x'] }, /not sorted/],
  ['a type twice', { types: ['a.x', 'a.x'] }, /types: .* all different/],
  ['a name without end', { types: ['a.x', 'b'.repeat(64)] }, /up to 63 characters/],
  ['too many types', { types: many(10_001) }, /up to 10000/],
  ['capacity types of other types', { capacityTypes: [3] }, /capacityTypes does not fit/],
  ['unknown capacity types', { capacityTypes: [3, 4] }, /capacityTypes does not fit/],
  [
    'a place that is no number',
    arch({ values: ['arm64'], index: [0, '0'] }),
    /columns\.kubernetes\.io\/arch\.index/,
  ],
  ['a place that is half', arch({ values: ['arm64'], index: [0, 0.5] }), /index/],
  ['a place below none', arch({ values: ['arm64'], index: [0, -2] }), /index/],
  ['a place beyond the values', arch({ values: ['arm64'], index: [0, 1] }), /does not fit its values/],
  ['a column that is cut', arch({ values: ['arm64'], index: [0] }), /does not fit its values or its types/],
  ['a value that is no text', arch({ values: [1], index: [0, 0] }), /values/],
  [
    'columns without end',
    { columns: Object.fromEntries(many(65).map((key) => [key, { values: [], index: [-1, -1] }])) },
    /more than 64 columns/,
  ],
  [
    'a set beyond the sets',
    { offerings: { zoneIds: ['az1'], sets: [[0]], setOf: [0, 1] } },
    /setOf does not fit/,
  ],
  [
    'a type without a set',
    { offerings: { zoneIds: ['az1'], sets: [[0]], setOf: [0, -1] } },
    /offerings\.setOf/,
  ],
  [
    'a zone beyond the zones',
    { offerings: { zoneIds: ['az1'], sets: [[0, 1]], setOf: [0, 0] } },
    /sets does not fit/,
  ],
];

describe('what is no catalogue', () => {
  it.each([[null], [[]], ['text'], [{}], [42]])('%j is refused', (value) => {
    expect(() => readCatalog(value)).toThrow(CatalogUnreadableError);
  });

  it.each(wrong)('%s is refused, and said', (_, change, words) => {
    expect(readCatalog(json(small))).toEqual(small);
    const document = { ...Object(json(small)), ...change };
    let thrown: unknown;
    try {
      readCatalog(document);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'catalog.unreadable', message: expect.stringMatching(words) });
    expect(thrown).toBeInstanceOf(CatalogUnreadableError);
    expect(String(thrown)).toContain('zonewarden catalog import');
    expect(String(thrown).length).toBeLessThan(600);
  });
});
