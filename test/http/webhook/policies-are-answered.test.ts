import { expect, test } from 'vitest';
import type { NodePoolEvent } from '../../../webhook/admission/nodepool-event.ts';
import { patched } from '../../standins/admission-client.ts';
import { only, stateOf } from '../../unit/webhook/policy-scene.ts';
import { ONE_ZONE_AWAY, reviewOf, SPOT_OF_ONE_TYPE } from './reviews.ts';
import { startServing } from './serving.ts';

/** Policies over the wire: answers, audit lines, and what is told afterwards. */

const DENIES = stateOf(only({ 'spot-types-min': 'deny', 'limits-missing': 'warn' }));
const WARNS = stateOf(only({ 'spot-types-min': 'warn', 'limits-missing': 'warn' }));
const denied = reviewOf({ object: SPOT_OF_ONE_TYPE });

test('a refusal is one message, and its line has every finding', async () => {
  const serving = await startServing({ state: () => DENIES });
  const answer = await serving.client.review('/validate', denied);
  expect(answer).toMatchObject({ allowed: false, status: { code: 403 } });
  expect(answer.status?.message).toMatch(/1\. spot-types-min: [\s\S]*2\. limits-missing: /);
  expect(answer.warnings).toBeUndefined();
  expect(answer.auditAnnotations).toEqual({
    action: 'refused',
    rule: 'spot-types-min',
    findings: 'deny spot-types-min, warn limits-missing',
  });
  const [line] = serving.logged();
  expect(line).toMatchObject({
    allowed: false,
    rule: 'spot-types-min',
    message: answer.status?.message,
    findings: [
      { rule: 'spot-types-min', severity: 'deny', found: 1, needed: 5, message: expect.any(String) },
      { rule: 'limits-missing', severity: 'warn' },
    ],
  });
});

test('what is warned of is let through, with a short warning for each', async () => {
  const { client } = await startServing({ state: () => WARNS });
  const answer = await client.review('/validate', denied);
  expect(answer.allowed).toBe(true);
  expect(answer.warnings).toEqual([
    expect.stringMatching(/^zonewarden: spot-types-min: /),
    expect.stringMatching(/^zonewarden: limits-missing: /),
  ]);
});

test('the mutating step says the same when it is asked again, and does not judge', async () => {
  const { client } = await startServing({ state: () => ({ ...DENIES, set: ONE_ZONE_AWAY }) });
  const first = await client.review('/mutate', reviewOf());
  const object = patched(reviewOf().request.object, first);
  const second = await client.review('/mutate', reviewOf({ object }));
  expect(first.operations.length).toBeGreaterThan(0);
  expect(second.operations).toEqual([]);
  expect(first.auditAnnotations).toEqual({
    'zone-rule': 'zone-impaired-target',
    'excluded-zones': 'use1-az1',
  });
  expect(second.auditAnnotations).toEqual(first.auditAnnotations);
});

test('Events are told after the answer, and none of a dry run', async () => {
  const told: NodePoolEvent[] = [];
  const serving = await startServing({ state: () => DENIES, tell: (events) => void told.push(...events) });
  const dry = await serving.client.review('/validate', reviewOf({ ...denied.request, dryRun: true }));
  expect(dry.allowed).toBe(false);
  expect(told).toEqual([]);
  await serving.client.review('/validate', denied);
  expect(told.map(({ reason, about }) => [reason, about])).toEqual([
    ['PolicyViolation', { kind: 'NodePool', name: 'web' }],
    ['PolicyViolation', { kind: 'NodePool', name: 'web' }],
  ]);
});

test('a rule that fails is told once in the log, and counted each time', async () => {
  const outcome = {
    verdict: { allowed: true },
    facts: { action: 'unchanged' as const, rule: 'zone-impaired-target' },
    defects: [{ rule: 'spot-types-min', error: new Error('a defect') }],
  };
  const serving = await startServing({ deciderFor: () => () => outcome });
  for (let index = 0; index < 3; index += 1) await serving.client.review('/validate', denied);
  const told = serving.logged().filter(({ level }) => level === 'error');
  expect(told).toMatchObject([{ rule: 'spot-types-min', error: expect.stringContaining('a defect') }]);
  const { values } = await serving.metrics.ruleErrors.get();
  expect(values).toMatchObject([{ value: 3, labels: { rule: 'spot-types-min' } }]);
});
