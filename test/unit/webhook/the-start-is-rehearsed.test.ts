import { expect, it, vi } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import type { PolicyState } from '../../../webhook/admission/outcome.ts';
import { RememberedVerdicts } from '../../../webhook/policies/remembered-verdicts.ts';
import { runRehearsal } from '../../../webhook/rehearsal/rehearsal.ts';
import { rehearse } from '../../../webhook/rehearsal/rehearse.ts';
import { sampleWrites } from '../../../webhook/rehearsal/sample-objects.ts';
import { stateOf } from './policy-scene.ts';

const AWAY = {
  generation: 7,
  zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' as const, sources: [] }],
};

function policiesOf(over: Partial<PolicyState> = {}): PolicyState {
  const { policies } = stateOf(DEFAULT_POLICY);
  if (policies === undefined) throw new Error('the scene has no policy');
  return { ...policies, ...over };
}

const log = () => ({ warn: vi.fn() });

it('takes each sample through both steps as a write that is pruned and stored', () => {
  for (const write of sampleWrites(0)) {
    const [mutated, validated] = rehearse(write, stateOf(DEFAULT_POLICY, AWAY));
    expect(mutated?.facts.action).toBe('pruned');
    expect(mutated?.verdict.patch).not.toEqual([]);
    expect(validated?.verdict.allowed).toBe(true);
    expect(validated?.facts.action).toBe('unchanged');
    expect(validated?.facts.findings).toBeDefined();
    for (const outcome of [mutated, validated]) expect(outcome?.defects).toBeUndefined();
  }
});

it('has every sample judged, whatever its number', () => {
  const remembered = new RememberedVerdicts();
  const policies = policiesOf({ remembered });
  const pools = [0, 1, 2].flatMap(sampleWrites).filter(({ kind }) => kind === 'NodePool');
  for (const pool of pools) rehearse(pool, { ...stateOf(DEFAULT_POLICY, AWAY), policies });
  expect(remembered.judged).toBe(pools.length);
});

it('ends, and leaves what is remembered of real writes alone', async () => {
  const remembered = new RememberedVerdicts();
  const policies = vi.fn(() => policiesOf({ remembered }));
  const { warn } = log();
  const options = { policies, settings: DEFAULT_ENFORCEMENT, log: { warn }, rounds: 3 };
  await runRehearsal(options, new AbortController().signal);
  expect(policies).toHaveBeenCalledTimes(3 * sampleWrites(0).length);
  expect(remembered.judged).toBe(0);
  expect(warn).not.toHaveBeenCalled();
});

it('gives everybody else a turn between two writes', async () => {
  const order: string[] = [];
  const policies = () => {
    order.push('rehearsal');
    setImmediate(() => order.push('another'));
    return policiesOf();
  };
  await runRehearsal(
    { policies, settings: DEFAULT_ENFORCEMENT, log: log(), rounds: 1 },
    new AbortController().signal,
  );
  expect(order.slice(0, 6)).toEqual(['rehearsal', 'another', 'rehearsal', 'another', 'rehearsal', 'another']);
});

it('stops when the process does', async () => {
  const stopping = new AbortController();
  const policies = vi.fn(() => {
    stopping.abort();
    return policiesOf();
  });
  await runRehearsal({ policies, settings: DEFAULT_ENFORCEMENT, log: log() }, stopping.signal);
  expect(policies).toHaveBeenCalledTimes(1);
});

it('ends no process where it fails', async () => {
  const { warn } = log();
  const policies = () => {
    throw new Error('a defect');
  };
  await runRehearsal(
    { policies, settings: DEFAULT_ENFORCEMENT, log: { warn } },
    new AbortController().signal,
  );
  expect(warn).toHaveBeenCalledWith({ error: 'a defect' }, expect.any(String));
});
