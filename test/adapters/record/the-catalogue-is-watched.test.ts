import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { CatalogUnreadableError } from '../../../shared/catalog/catalog-unreadable-error.ts';
import { resources } from '../../../shared/kube/resource.ts';
import {
  CATALOG_KEY,
  CATALOG_NAME,
  CatalogTooLargeError,
  packCatalog,
} from '../../../shared/stores/catalog-config-map.ts';
import { createDocumentWatch } from '../../../shared/stores/document-watch.ts';
import { CATALOG } from '../../../shared/stores/documents.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const AT = { namespace: 'zonewarden', name: CATALOG_NAME };

function catalogOf(...types: readonly string[]): Catalog {
  const sorted = [...types].sort();
  return {
    origin: { source: 'ec2', madeAt: '2026-11-20T00:00:00Z', region: 'us-east-1' },
    types: sorted,
    columns: new Map(),
    capacityTypes: sorted.map(() => 3),
    offerings: { zoneIds: ['use1-az1'], sets: [[0]], setOf: sorted.map(() => 0) },
  };
}

const put = (api: KubeApi, binaryData?: unknown) =>
  api.put(resources.configMaps, { metadata: AT, ...(binaryData === undefined ? {} : { binaryData }) });
const write = (api: KubeApi, ...types: string[]) =>
  put(api, { [CATALOG_KEY]: packCatalog(catalogOf(...types)) });

/** A watch that ends with the test, with what whoever listens finds once it is known. */
async function following(api: KubeApi) {
  const told: (number | 'bad' | undefined)[] = [];
  const problems: { kind: string; error: unknown }[] = [];
  const watch = createDocumentWatch({
    client: clientOf(api),
    namespace: AT.namespace,
    document: CATALOG,
    onProblem: (kind, error) => problems.push({ kind, error }),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  watch.listen(() => {
    if (watch.isKnown()) told.push(watch.problem() === undefined ? watch.current()?.types.length : 'bad');
  });
  onTestFinished(() => watch.stop());
  expect(watch.current()).toBeUndefined();
  expect(watch.problem()).toContain('has not been read yet');
  watch.start();
  await watch.whenKnown();
  await until(() => api.openWatches === 1);
  return { watch, told, problems };
}

test('without a ConfigMap there is none, and that is no problem; one that comes is followed', async () => {
  const api = await standIn();
  const { watch, told } = await following(api);
  expect([watch.current(), watch.problem()]).toEqual([undefined, undefined]);
  write(api, 'm5.large', 'c5.large');
  await until(() => watch.current() !== undefined);
  expect(watch.current()?.types).toEqual(['c5.large', 'm5.large']);
  expect(watch.current()?.origin).toEqual(catalogOf().origin);
  write(api, 'm5.large');
  await until(() => told.length === 3);
  expect(told).toEqual([undefined, 2, 1]);
  for (const { path, query } of [...api.seen('list'), ...api.seen('watch')]) {
    expect(path).toBe('/api/v1/namespaces/zonewarden/configmaps');
    expect(query.get('fieldSelector')).toBe('metadata.name=zonewarden-catalog');
  }
});

const gzipped = (text: string) => gzipSync(text).toString('base64');

test.each([
  ['no gzip', { [CATALOG_KEY]: Buffer.from('garbage').toString('base64') }, 'is no gzip of JSON'],
  ['no base64', { [CATALOG_KEY]: '%%%' }, 'is no gzip of JSON'],
  ['a gzip that was cut', { [CATALOG_KEY]: gzipped('{}'.repeat(99)).slice(0, 20) }, 'is no gzip of JSON'],
  ['what unpacks to far too much', { [CATALOG_KEY]: gzipped(' '.repeat(33 * 1024 * 1024)) }, 'is no gzip'],
  ['no JSON', { [CATALOG_KEY]: gzipped('types: []') }, 'is no gzip of JSON'],
  ['JSON that is deeper than any stack', { [CATALOG_KEY]: gzipped('['.repeat(200_000)) }, 'catalog'],
  ['JSON that is no catalogue', { [CATALOG_KEY]: gzipped('{"format":"x"}') }, 'format'],
  ['another key', { 'catalog.json': gzipped('{}') }, 'it has no binaryData.catalog.json.gz'],
  ['no data', undefined, 'it has no binaryData'],
  ['no texts', { [CATALOG_KEY]: 7 }, 'binaryData'],
])('%s: the last good one stays, and problem() says why, until it is mended', async (_name, bad, says) => {
  const api = await standIn();
  write(api, 'm5.large');
  const { watch, told, problems } = await following(api);
  put(api, bad);
  await until(() => watch.problem() !== undefined);
  expect(watch.problem()).toContain(says);
  expect(watch.current()?.types).toEqual(['m5.large']);
  expect(problems.map(({ kind }) => kind)).toEqual(['unreadable']);
  expect(problems[0]?.error).toBeInstanceOf(CatalogUnreadableError);
  write(api, 'c5.large', 'm5.large');
  await until(() => told.length === 3);
  expect(told).toEqual([1, 'bad', 2]);
  expect(watch.problem()).toBeUndefined();
  expect(watch.current()?.types).toEqual(['c5.large', 'm5.large']);
});

test('deleted means that there is none', async () => {
  const api = await standIn();
  write(api, 'm5.large');
  const { watch, told } = await following(api);
  api.remove(resources.configMaps, AT);
  await until(() => told.length === 2);
  expect([watch.current(), watch.problem()]).toEqual([undefined, undefined]);
});

test('a catalogue without room is not packed', () => {
  const random = (seed: number) => ((seed * 2_654_435_761) % 2 ** 32).toString(36).repeat(6).slice(0, 40);
  const types = Array.from({ length: 9_999 }, (_, index) => `t${index}.${random(index)}`).sort();
  const noise = (column: number) =>
    types.map((_, index) => `${random(index * 31 + column * 7_777_777 + 1)}x`);
  const columns = new Map(
    Array.from({ length: 12 }, (_, column) => {
      const values = noise(column);
      return [`example.test/${column}`, { values, index: types.map((_, place) => place) }] as const;
    }),
  );
  expect(() => packCatalog({ ...catalogOf(...types), columns })).toThrow(CatalogTooLargeError);
});
