import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import { strictProblemsOf } from '../../unit/audit/published-schema.ts';
import { NOWHERE } from '../../unit/policy/sample-rules.ts';
import {
  NODE_CLAIM,
  nodeClaim,
  nodePool,
  reviewOf,
  SECOND_ZONE_RECORDED,
  SPOT_OF_ONE_TYPE,
  spotPool,
  types,
} from './reviews.ts';
import { ENFORCING, eventually, startServing } from './serving.ts';

test('whatever is decided, its line is as the schema of the audit stream says', async () => {
  const policies = { policy: DEFAULT_POLICY, around: NOWHERE, nowMs: 0, ownUser: '', isOver: () => false };
  const state = { ...ENFORCING, shadow: SECOND_ZONE_RECORDED, policies };
  const serving = await startServing({ state: () => state });
  const exempt = { annotations: { 'exempt.zonewarden.io/spot-types-min': 'licence' } };
  const object = nodePool(['us-east-1b'], { annotations: { 'zonewarden.io/zone-enforcement': 'off' } });
  const claim = { kind: NODE_CLAIM, name: undefined, options: null };
  const reviews = [
    reviewOf(),
    reviewOf({ operation: 'UPDATE', oldObject: nodePool(['us-east-1b']), dryRun: true }),
    reviewOf({ object }),
    reviewOf({ operation: 'DELETE', object: null }),
    reviewOf({ subResource: 'status' }),
    reviewOf({ ...claim, object: nodeClaim(['us-east-1a']) }),
    reviewOf({ ...claim, object: nodeClaim(['us-east-1b']) }),
    reviewOf({ object: { metadata: 7 } }),
    reviewOf({ object: SPOT_OF_ONE_TYPE }),
    reviewOf({ object: spotPool([types('m5.large')], exempt) }),
    reviewOf({ operation: 'UPDATE', object: SPOT_OF_ONE_TYPE, oldObject: SPOT_OF_ONE_TYPE }),
  ];
  for (const review of reviews) {
    await serving.client.review('/mutate', review);
    await serving.client.review('/validate', review);
  }
  const lines = () => serving.logged().filter(({ event }) => event === 'decision');
  await eventually(() => expect(lines()).toHaveLength(2 * reviews.length));
  for (const line of lines()) expect([line.rule, strictProblemsOf(line)]).toEqual([line.rule, []]);
  expect(new Set(lines().map(({ action }) => action))).toEqual(
    new Set(['pruned', 'unchanged', 'refused', 'ignored']),
  );
  expect(lines().some(({ shadow }) => shadow !== undefined)).toBe(true);
  const findings = JSON.stringify(lines().map((line) => line.findings));
  for (const word of ['deny', 'exempt', 'unchanged']) expect(findings).toContain(`"${word}"`);
});
