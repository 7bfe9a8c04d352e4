import { expect, it, onTestFinished } from 'vitest';
import { policyLiterals } from '../../../shared/fallback/fallback-literals.ts';
import { policyRules } from '../../../shared/fallback/fallback-program.ts';
import { holdsRules, toPolicyView } from '../../../shared/fallback/fallback-view.ts';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { ImpairedSet } from '../../../shared/record/impaired-set.ts';
import { createPolicyWriter, type PolicyState } from '../../../watcher/policy-fallback/policy-writer.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';
import { until } from '../watcher/sqs-server.ts';

/** The writer of the policy fallback against a stand-in API server that misbehaves. */

const POLICIES = resources.validatingAdmissionPolicies;
const AT = { name: 'zonewarden' };
const MANIFEST: KubeObject = { metadata: { ...AT }, spec: {} };

const setOf = (generation: number): ImpairedSet => ({
  generation,
  zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [] }],
});
const rulesOf = (generation: number) => policyRules(policyLiterals(setOf(generation), []));

async function writing(prepare: (api: KubeApi) => void) {
  const api = await startKubeApi();
  prepare(api);
  const client = createKubeClient({ kubeConfig: loadKubeConfig(api.kubeconfigPath), userAgent: 'test' });
  const wanted = { generation: 1 as number | undefined, asked: 0 };
  const told = { writes: [] as string[], states: [] as PolicyState[], problems: [] as string[] };
  const writer = createPolicyWriter({
    client,
    wanted() {
      wanted.asked += 1;
      const { generation } = wanted;
      return generation === undefined ? undefined : { generation, rules: rulesOf(generation) };
    },
    onWrite: (result, generation) => told.writes.push(`${result} ${generation}`),
    onState: (state) => told.states.push(state),
    onProblem: (kind) => told.problems.push(kind),
  });
  const stop = new AbortController();
  const done = writer.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
    client.close();
    await api.stop();
  });
  const holds = (generation: number) => {
    const policy = api.read(POLICIES, AT);
    return policy !== undefined && holdsRules(toPolicyView(policy), rulesOf(generation));
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
  expect(told.problems).toEqual(['write']);
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
  [404, 'NotFound'],
  [403, 'Forbidden'],
])('says once that it cannot be read (%i), and goes on when it can', async (status, reason) => {
  const { told, holds } = await writing((prepared) => {
    prepared.put(POLICIES, MANIFEST);
    prepared.fail('list', { kind: 'status', status, reason }, 2);
  });
  await until(() => holds(1));
  await until(() => told.states.at(-1)?.generation === 1);
  expect(told.states.map(({ presence }) => presence)).toEqual(['unreadable', 'present', 'present']);
  expect(told.problems).toEqual(['list']);
});
