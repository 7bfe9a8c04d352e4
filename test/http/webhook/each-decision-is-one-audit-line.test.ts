import { expect, test } from 'vitest';
import { NODE_CLAIM, nodeClaim, nodePool, reviewOf } from './reviews.ts';
import { ENFORCING, startServing } from './serving.ts';

const decisions = (serving: { logged(): Record<string, unknown>[] }) =>
  serving.logged().filter((line) => line.event === 'decision');

test('a decision that changed something is one line that says all about it', async () => {
  const serving = await startServing();
  await serving.client.review('/mutate?timeout=10s', reviewOf({ dryRun: true }));
  expect(decisions(serving)).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      component: 'webhook',
      event: 'decision',
      webhook: 'mutate',
      uid: reviewOf().request.uid,
      operation: 'CREATE',
      dryRun: true,
      kind: 'NodePool',
      name: 'web',
      username: 'alice',
      fieldManager: 'kubectl-create',
      allowed: true,
      action: 'pruned',
      rule: 'zone-impaired-target',
      setGeneration: 7,
      impairedZones: [
        {
          id: 'use1-az1',
          name: 'us-east-1a',
          state: 'impaired',
          excluded: true,
          sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
        },
      ],
      declared: ['topology.kubernetes.io/zone In [us-east-1a, us-east-1b, us-east-1c]'],
      effective: ['topology.kubernetes.io/zone In [us-east-1b, us-east-1c]'],
      notes: ['frozen'],
      patchOperations: 3,
      durationMs: expect.any(Number),
    },
  ]);
});

test('a refusal says why, in the words that its client reads', async () => {
  const serving = await startServing();
  const object = nodeClaim(['us-east-1a']);
  const answer = await serving.client.review(
    '/mutate',
    reviewOf({ kind: NODE_CLAIM, object, name: undefined, options: null }),
  );
  const [line] = decisions(serving);
  expect(line).toMatchObject({ allowed: false, action: 'refused', kind: 'NodeClaim', patchOperations: 0 });
  expect(line?.message).toBe(answer.status?.message);
  expect(line?.name).toBe('web-');
  expect(line).not.toHaveProperty('fieldManager');
});

test('a decision that left all as it was is a line as well, without what it does not know', async () => {
  const serving = await startServing();
  await serving.client.review('/validate', reviewOf({ object: nodePool(['us-east-1b']) }));
  await serving.client.review('/mutate', reviewOf({ operation: 'DELETE', object: null }));
  const [validated, ignored] = decisions(serving);
  expect(validated).toMatchObject({ webhook: 'validate', action: 'unchanged', allowed: true });
  expect(ignored).toMatchObject({
    webhook: 'mutate',
    operation: 'DELETE',
    action: 'ignored',
    rule: 'not-ours',
  });
  for (const field of ['declared', 'effective', 'notes', 'message'])
    expect(ignored).not.toHaveProperty(field);
});

test('each decision is one line, and a line holds nothing but JSON', async () => {
  const serving = await startServing();
  const names = Array.from({ length: 50 }, (_, index) => `pool-${index}\n{"event":"decision"}`);
  await Promise.all(names.map((name) => serving.client.review('/mutate', reviewOf({ name }))));
  expect(
    decisions(serving)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...names].sort());
});

test('a request that is not decided leaves no line', async () => {
  let known = false;
  const serving = await startServing({ state: () => (known ? ENFORCING : undefined) });
  await serving.client.review('/mutate', reviewOf());
  await serving.client.call('/mutate', { body: '{}' });
  await serving.client.call('/', { body: '{}' });
  await serving.client.call('/mutate', { method: 'GET' });
  expect(serving.logged()).toEqual([]);
  known = true;
  await serving.client.review('/mutate', reviewOf());
  expect(serving.logged()).toHaveLength(1);
});
