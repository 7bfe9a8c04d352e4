import { expect, it, onTestFinished, vi } from 'vitest';
import { Ec2CatalogError } from '../../../shared/aws-sdk/ec2-catalog-error.ts';
import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { Facts } from '../../../shared/facts/facts.ts';
import type { FactOf, Told } from '../../../shared/facts/watcher-facts.ts';
import { resources } from '../../../shared/kube/resource.ts';
import {
  CATALOG_KEY,
  CATALOG_NAME,
  catalogInConfigMap,
  packCatalog,
} from '../../../shared/stores/catalog-config-map.ts';
import { createDocumentWatch } from '../../../shared/stores/document-watch.ts';
import { CATALOG } from '../../../shared/stores/documents.ts';
import { isTrouble } from '../../../shared/stores/store-problem.ts';
import { askEc2ForCatalog } from '../../../watcher/controllers/catalog/ask-ec2.ts';
import { createKeepCatalog } from '../../../watcher/controllers/catalog/keep-catalog.ts';
import { runControllers } from '../../../watcher/term/run-controllers.ts';
import { startEc2TypesApi } from '../../standins/ec2-types-api.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const AT = { namespace: 'zonewarden', name: CATALOG_NAME };
const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 60 * 60 * 1000;

const catalogAt = (ms: number, type = 'm5.large', source: 'ec2' | 'aws-cli' = 'ec2'): Catalog => ({
  origin: { source, madeAt: new Date(ms).toISOString(), region: 'us-east-1' },
  types: [type],
  columns: new Map(),
  capacityTypes: [3],
  offerings: { zoneIds: ['use1-az1'], sets: [[0]], setOf: [0] },
});
const put = (api: KubeApi, catalog: Catalog) =>
  api.put(resources.configMaps, { metadata: AT, binaryData: { [CATALOG_KEY]: packCatalog(catalog) } });

/** What a fact is in the words of these tests. */
function wordsOf({ name, fact }: Told, stored: Catalog | undefined): string | undefined {
  if (name === 'catalog-written') return `${fact.reason} ${stored?.types.join()}`;
  if (name === 'catalog-failure') return `failed ${fact.of}`;
  if (name === 'trouble' && fact.error !== undefined) return `problem ${fact.part}`;
  return name === 'failure' ? `failure ${fact.part}` : undefined;
}

/** A leader's term, with EC2, the time and chance in the test's hands. */
async function keeping(prepare: (api: KubeApi) => void = () => undefined, asksEc2 = true) {
  const api = await standIn();
  prepare(api);
  const client = clientOf(api);
  const state = { now: NOW, elapsed: 0, random: 0.5, type: 'c5.large', asked: 0, wrong: [] as Error[] };
  /** `looks`: how often the controller has looked. */
  const seen = { looks: 0, inForce: [] as FactOf<'catalog'>[] };
  const told: string[] = [];
  const known: (string | undefined)[] = [];
  const stored = () => {
    const object = api.read(resources.configMaps, AT);
    return object === undefined ? undefined : catalogInConfigMap(object);
  };
  const facts = new Facts();
  facts.listen({
    hear(one) {
      if (one.name === 'reconciled') seen.looks += 1;
      if (one.name === 'catalog') seen.inForce.push(one.fact);
      const words = wordsOf(one, stored());
      if (words !== undefined) told.push(words);
    },
  });
  const catalog = createDocumentWatch({
    client,
    namespace: AT.namespace,
    document: CATALOG,
    onProblem(kind) {
      if (kind === 'unreadable' || isTrouble(kind)) told.push(`problem ${kind}`);
    },
  });
  catalog.listen(() => {
    if (catalog.problem() === undefined) known.push(catalog.current()?.types.join());
  });
  const fetchCatalog = async () => {
    state.asked += 1;
    const wrong = state.wrong.shift();
    if (wrong !== undefined) throw wrong;
    return catalogAt(state.now, state.type);
  };
  const controller = createKeepCatalog({
    ...{ client, facts, catalog },
    namespace: AT.namespace,
    fetchCatalog: asksEc2 ? fetchCatalog : undefined,
    now: () => state.now,
    elapsed: () => state.elapsed,
    random: () => state.random,
  });
  const stop = new AbortController();
  catalog.start();
  const done = runControllers([controller], facts.tell, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
    await catalog.stop();
  });
  /** Anything that makes the keeper look again. */
  const stir = () => {
    const object = api.read(resources.configMaps, AT);
    if (object !== undefined) api.put(resources.configMaps, object);
  };
  /** Makes it look again, and waits until it has. */
  const lookAgain = async () => {
    const before = { known: known.length, looks: seen.looks };
    stir();
    await until(() => known.length > before.known && seen.looks > before.looks);
  };
  return { api, catalog, state, seen, told, known, stored, stir, lookAgain };
}

it('without a ConfigMap EC2 is asked at once, and the answer is stored and followed', async () => {
  const { api, catalog, told, known, stored, state } = await keeping();
  await until(() => known.includes('c5.large') && told.length > 0);
  expect(stored()?.types).toEqual(['c5.large']);
  expect(catalog.current()?.types).toEqual(['c5.large']);
  expect([told, state.asked]).toEqual([['asked c5.large'], 1]);
  expect(api.read(resources.configMaps, AT)?.metadata.labels).toMatchObject({
    'app.kubernetes.io/managed-by': 'zonewarden',
  });
});

it('a new leader asks nothing while the document is young, and asks when it is old', async () => {
  const { state, told, known, stir, lookAgain } = await keeping((api) =>
    put(api, catalogAt(NOW - 17 * HOUR)),
  );
  await until(() => known.length === 1);
  for (let looks = 0; looks < 3; looks += 1) await lookAgain();
  expect([told, state.asked]).toEqual([[], 0]);
  // 12 hours, and half of the other 12.
  state.now += HOUR + 1;
  stir();
  await until(() => told.length === 1);
  expect([told, state.asked]).toEqual([['asked c5.large'], 1]);
});

it.each([
  ['from elsewhere', catalogAt(NOW - HOUR, 'm5.large', 'aws-cli')],
  ['of the future', catalogAt(NOW + 24 * HOUR)],
])('one %s is replaced at once', async (_name, catalog) => {
  const { told, stored } = await keeping((api) => put(api, catalog));
  await until(() => told.length === 1);
  expect(told).toEqual(['asked c5.large']);
  expect(stored()?.origin.source).toBe('ec2');
});

it('while EC2 fails the last good one stays; a trouble is told once, and the next attempt waits', async () => {
  const denied = new Ec2CatalogError('denied', 'DescribeInstanceTypes', 'no');
  const { state, told, catalog, stir, lookAgain } = await keeping((api) =>
    put(api, catalogAt(NOW - 30 * HOUR)),
  );
  await until(() => told.length === 1);
  expect(told).toEqual(['asked c5.large']);
  state.now += 30 * HOUR;
  state.elapsed += 30 * HOUR;
  state.wrong = [denied, denied, new Ec2CatalogError('throttled', 'DescribeInstanceTypes', 'slow')];
  for (const failures of [1, 2, 3]) {
    stir();
    await until(() => told.filter((each) => each === 'failed ec2').length === failures);
    await lookAgain();
    expect(state.asked).toBe(1 + failures);
    state.elapsed += 31 * 60_000 + 60_000;
  }
  expect(told.slice(1)).toEqual([
    ...['failed ec2', 'problem catalog-ec2', 'failed ec2', 'failed ec2', 'problem catalog-ec2'],
  ]);
  expect(catalog.current()?.types).toEqual(['c5.large']);
  state.type = 'm6i.large';
  stir();
  await until(() => catalog.current()?.types[0] === 'm6i.large');
});

it('what cannot be written is not asked for again', async () => {
  const { api, state, told, stored } = await keeping((prepared) => {
    prepared.fail('create', { kind: 'status', status: 403, reason: 'Forbidden' });
    prepared.fail('patch', { kind: 'status', status: 500 });
  });
  await until(() => told.includes('problem catalog-write'));
  state.elapsed += HOUR;
  api.put(resources.configMaps, { metadata: AT, binaryData: {} });
  await until(() => told.includes('failed write') && state.elapsed > 0);
  state.elapsed += HOUR;
  api.put(resources.configMaps, { metadata: { ...AT, labels: { a: 'b' } }, binaryData: {} });
  await until(() => told.includes('again c5.large'));
  expect(state.asked).toBe(1);
  expect(stored()?.types).toEqual(['c5.large']);
});

it('deleted or garbled, it is written again without a question, and not more than once a minute', async () => {
  const { api, state, told, stored, known } = await keeping();
  await until(() => known.includes('c5.large'));
  api.remove(resources.configMaps, AT);
  await until(() => known.at(-1) === undefined);
  expect(stored()).toBeUndefined();
  state.elapsed += 60_001;
  api.put(resources.configMaps, { metadata: AT, binaryData: { [CATALOG_KEY]: 'garbage' } });
  await until(() => told.includes('again c5.large'));
  expect(stored()?.types).toEqual(['c5.large']);
  expect(state.asked).toBe(1);
  expect(told).toContain('problem unreadable');
});

it('where EC2 is not to be asked, the ConfigMap is followed and nothing else', async () => {
  const { api, state, told, known } = await keeping(
    (prepared) => put(prepared, catalogAt(NOW - 99 * HOUR)),
    false,
  );
  await until(() => known.length === 1);
  put(api, catalogAt(NOW - 99 * HOUR, 'r5.large'));
  await until(() => known.at(-1) === 'r5.large');
  expect([told, state.asked]).toEqual([[], 0]);
  expect(api.seen('patch')).toEqual([]);
});

it('the one in force is told, and told again when one of the same day has the same types', async () => {
  const { api, seen, catalog, lookAgain } = await keeping();
  await until(() => catalog.current() !== undefined && seen.inForce.length === 2);
  const made = (ms: number) => new Date(ms).toISOString();
  expect(seen.inForce).toMatchObject([
    { catalog: 'the bundled snapshot', types: undefined, source: undefined, madeAt: undefined },
    { types: 1, source: 'ec2', madeAt: made(NOW) },
  ]);
  await lookAgain();
  expect(seen.inForce).toHaveLength(2);
  put(api, catalogAt(NOW + 60_000, 'c5.large'));
  await until(() => seen.inForce.length === 3);
  expect(seen.inForce[2]).toMatchObject({ types: 1, source: 'ec2', madeAt: made(NOW + 60_000) });
});

it('EC2 is asked in the Region that is given, else in the one that the SDK finds; a refusal says which rights', async () => {
  const ec2 = await startEc2TypesApi([{ name: 'm5.large', zones: ['use1-az1'] }]);
  onTestFinished(() => ec2.stop());
  onTestFinished(() => void vi.unstubAllEnvs());
  const environment = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const ask = (region: string | undefined) =>
    askEc2ForCatalog({ region, endpoint: ec2.endpoint }, AbortSignal.timeout(30_000));
  expect((await ask('us-east-1')).origin).toMatchObject({ source: 'ec2', region: 'us-east-1' });
  const found = await ask(undefined);
  expect(found.origin.region).toBe('eu-west-1');
  expect(found.types).toEqual(['m5.large']);
  ec2.misbehave({ status: 403, code: 'UnauthorizedOperation' });
  await expect(ask('us-east-1')).rejects.toThrow(/grant ec2:DescribeInstanceTypes/);
});
