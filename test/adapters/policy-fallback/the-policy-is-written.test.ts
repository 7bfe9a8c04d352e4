import { expect, it, onTestFinished } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import { fallbackLiterals } from '../../../shared/fallback/fallback-literals.ts';
import { FALLBACK_NAME, fallbackProgram } from '../../../shared/fallback/fallback-program.ts';
import { holdsProgram, readFallback } from '../../../shared/fallback/fallback-view.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { effectiveAt, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { FALLBACK, FALLBACK_BINDING, POOLS } from '../../../shared/stores/kinds.ts';
import { Listeners } from '../../../shared/stores/listenable.ts';
import { createStore } from '../../../shared/stores/store.ts';
import { isTrouble, type StoreProblem } from '../../../shared/stores/store-problem.ts';
import { createFallback } from '../../../watcher/controllers/fallback/fallback.ts';
import { runControllers } from '../../../watcher/term/run-controllers.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn } from '../kube/fixture.ts';
import { until } from '../watcher/sqs-server.ts';

/** The writer of the policy fallback against a stand-in API server that misbehaves. */

const POLICIES = resources.validatingAdmissionPolicies;
const BINDINGS = resources.validatingAdmissionPolicyBindings;
const AT = { name: FALLBACK_NAME };
const MANIFEST: KubeObject = { metadata: { ...AT }, spec: {} };

const recordOf = (generation: number): ZoneRecord => ({
  generation,
  zones: [
    {
      id: 'use1-az1',
      name: 'us-east-1a',
      state: 'impaired',
      sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
    },
  ],
  ended: {},
});
const rulesOf = (generation: number, exempt: readonly string[] = []) =>
  fallbackProgram(fallbackLiterals(effectiveAt(recordOf(generation), Date.now()), exempt));

async function writing(prepare: (api: KubeApi) => void) {
  const api = await standIn();
  prepare(api);
  const client = clientOf(api);
  const wanted = { generation: 1 as number | undefined, asked: 0 };
  const told = {
    writes: [] as string[],
    states: [] as { readonly presence: string; readonly generation: number | undefined }[],
    bindings: [] as string[],
    problems: [] as string[],
  };
  const facts = new Facts();
  facts.listen({
    hear({ name, fact }) {
      if (name === 'policy-binding') told.bindings.push(`${fact.from} to ${fact.binding}`);
      if (name === 'trouble' && fact.error !== undefined) told.problems.push(fact.part);
      if (name !== 'policy-fallback') return;
      const { result, presence, generation } = fact;
      if (result !== undefined) told.writes.push(`${result} ${generation}`);
      if (presence !== undefined) told.states.push({ presence, generation: generation ?? undefined });
    },
  });
  const changes = new Listeners();
  const record = {
    current() {
      wanted.asked += 1;
      return wanted.generation === undefined ? undefined : recordOf(wanted.generation);
    },
    listen: (changed: () => void) => changes.listen(changed),
  };
  const storing = { client, tuning: { backoffBaseMs: 2, backoffCapMs: 10 } };
  const onProblem = ({ kind }: StoreProblem) => {
    if (isTrouble(kind)) told.problems.push(kind);
  };
  const pools = createStore({ ...storing, kind: POOLS, onProblem: () => undefined });
  const policies = createStore({ ...storing, kind: FALLBACK, onProblem });
  const bindings = createStore({ ...storing, kind: FALLBACK_BINDING, onProblem });
  const stores = [pools, policies, bindings];
  const stop = new AbortController();
  for (const store of stores) store.start();
  await Promise.all(stores.map((store) => store.whenKnown(stop.signal)));
  const controller = createFallback({ client, record, pools, policies, bindings, facts, now: Date.now });
  const done = runControllers([controller], facts.tell, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
    await Promise.all(stores.map((store) => store.stop()));
  });
  const writer = { trigger: () => changes.tell() };
  const holds = (generation: number, exempt: readonly string[] = []) => {
    const policy = api.read(POLICIES, AT);
    return policy !== undefined && holdsProgram(readFallback(policy), rulesOf(generation, exempt));
  };
  return { api, writer, wanted, told, holds };
}

it('writes the rules, and nothing while they stand', async () => {
  const { api, writer, wanted, told, holds } = await writing((prepared) => prepared.put(POLICIES, MANIFEST));
  await until(() => holds(1));
  await until(() => told.states.at(-1)?.generation === 1);
  const { asked } = wanted;
  await until(() => {
    writer.trigger();
    return wanted.asked > asked + 5;
  });
  expect(api.seen('patch').map(({ query }) => query.get('fieldManager'))).toEqual(['zonewarden-watcher']);
  expect(told).toMatchObject({
    writes: ['written 1'],
    states: [
      { presence: 'present', generation: undefined },
      { presence: 'present', generation: 1 },
    ],
  });
});

it('follows the record at once', async () => {
  const { writer, wanted, told, holds } = await writing((prepared) => prepared.put(POLICIES, MANIFEST));
  await until(() => holds(1));
  for (const generation of [2, 3, 4]) {
    wanted.generation = generation;
    writer.trigger();
    await until(() => told.writes.length === generation);
    expect(holds(generation)).toBe(true);
  }
  expect(told.writes).toEqual(['written 1', 'written 2', 'written 3', 'written 4']);
});

it('follows the record, and leaves what stands, while the watch is late to tell of its own writes', async () => {
  const { api, writer, wanted, told, holds } = await writing((prepared) => prepared.put(POLICIES, MANIFEST));
  await until(() => holds(1) && told.states.at(-1)?.generation === 1);
  api.silenceWatches();
  for (const generation of [2, 3]) {
    wanted.generation = generation;
    writer.trigger();
    await until(() => told.writes.length === generation);
    expect(holds(generation)).toBe(true);
  }
  const { asked } = wanted;
  await until(() => {
    writer.trigger();
    return wanted.asked > asked + 5;
  });
  expect(told.writes).toEqual(['written 1', 'written 2', 'written 3']);
});

it('writes nothing while it does not know what', async () => {
  const { writer, wanted, told, holds } = await writing((prepared) => prepared.put(POLICIES, MANIFEST));
  await until(() => holds(1));
  wanted.generation = undefined;
  const { asked } = wanted;
  writer.trigger();
  await until(() => wanted.asked > asked);
  wanted.generation = 2;
  writer.trigger();
  await until(() => told.writes.length > 1);
  expect(holds(2)).toBe(true);
  expect(told.writes).toEqual(['written 1', 'written 2']);
});

it('puts right what somebody else wrote, and answers one who keeps at it no more than once a second', async () => {
  const { api, told, holds } = await writing((prepared) => prepared.put(POLICIES, MANIFEST));
  await until(() => holds(1));
  const started = performance.now();
  for (let round = 0; round < 3; round += 1) {
    api.put(POLICIES, MANIFEST);
    await until(() => holds(1));
  }
  const seconds = (performance.now() - started) / 1000;
  expect(told.writes.filter((write) => write === 'written 1').length).toBeLessThanOrEqual(seconds + 2);
});

it('looks again when somebody wrote in between, or the API server fails', async () => {
  const { api, writer, wanted, told, holds } = await writing((prepared) => prepared.put(POLICIES, MANIFEST));
  await until(() => holds(1));
  api.fail('patch', { kind: 'status', status: 409, reason: 'Conflict' });
  api.fail('patch', { kind: 'status', status: 500 }, 2);
  wanted.generation = 2;
  writer.trigger();
  await until(() => told.writes.length > 4);
  expect(holds(2)).toBe(true);
  expect(told.writes.slice(1)).toEqual(['conflict 2', 'failed 2', 'failed 2', 'written 2']);
  expect(told.problems).toEqual(['policy-fallback-write']);
});

it('says that there is none, and writes into one that is made', async () => {
  const { api, told, holds } = await writing(() => undefined);
  await until(() => told.states.length === 1);
  expect(told.states).toEqual([{ presence: 'absent', generation: undefined }]);
  api.put(POLICIES, MANIFEST);
  await until(() => holds(1));
  api.remove(POLICIES, AT);
  await until(() => told.states.at(-1)?.presence === 'absent');
  api.put(POLICIES, MANIFEST);
  await until(() => holds(1));
  expect(told.problems).toEqual([]);
});

it.each([
  [404, (api: KubeApi) => api.missingKinds],
  [403, (api: KubeApi) => api.forbiddenKinds],
])('says once that it cannot be read (%i), and goes on when it can', async (_status, unreadable) => {
  const { api, told, holds } = await writing((prepared) => {
    prepared.put(POLICIES, MANIFEST);
    unreadable(prepared).add(POLICIES.plural);
  });
  const lists = () => api.seen('list').filter(({ path }) => path.endsWith(POLICIES.plural)).length;
  await until(() => told.states.length === 1 && lists() > 2);
  unreadable(api).clear();
  await until(() => holds(1));
  await until(() => told.states.at(-1)?.generation === 1);
  expect(told.states.map(({ presence }) => presence)).toEqual(['unreadable', 'present', 'present']);
  expect(told.problems).toEqual(['list']);
});

it('names exempt NodePools, and writes nothing while nobody knows them', async () => {
  const annotations = { 'zonewarden.io/zone-enforcement': 'off' };
  const spec = { template: { spec: {} } };
  const { api, wanted, told, holds } = await writing((prepared) => {
    prepared.put(POLICIES, MANIFEST);
    prepared.put(resources.nodePools, { metadata: { name: 'off', annotations }, spec });
    prepared.forbiddenKinds.add('nodepools');
  });
  await until(() => told.states.length === 1);
  wanted.generation = 2;
  const lists = () => api.seen('list').filter(({ path }) => path.endsWith('nodepools')).length;
  const before = lists();
  await until(() => lists() > before + 2);
  expect(told.writes).toEqual([]);
  api.forbiddenKinds.clear();
  await until(() => holds(2, ['off']));
  api.remove(resources.nodePools, { name: 'off' });
  await until(() => holds(2));
});

it('says what the binding makes of it, and when somebody breaks the glass', async () => {
  const bind = (api: KubeApi, ...validationActions: string[]) =>
    api.put(BINDINGS, { metadata: { ...AT }, spec: { validationActions } });
  const { api, told } = await writing((prepared) => {
    prepared.put(POLICIES, MANIFEST);
    bind(prepared, 'Deny');
  });
  await until(() => told.bindings.length === 1);
  bind(api, 'Deny', 'Audit');
  bind(api, 'Warn', 'Audit');
  await until(() => told.bindings.length === 2);
  api.remove(BINDINGS, AT);
  await until(() => told.bindings.length === 3);
  bind(api, 'Deny');
  await until(() => told.bindings.length === 4);
  expect(told.bindings).toEqual([
    'null to denies',
    'denies to audits',
    'audits to absent',
    'absent to denies',
  ]);
});
