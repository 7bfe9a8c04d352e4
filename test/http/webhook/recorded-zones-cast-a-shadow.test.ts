import { describe, expect, it } from 'vitest';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { patched } from '../../standins/admission-client.ts';
import { NODE_CLAIM, nodeClaim, nodePool, reviewOf, SECOND_ZONE_RECORDED } from './reviews.ts';
import { ENFORCING, startServing } from './serving.ts';

const SHADOWED = { ...ENFORCING, shadow: SECOND_ZONE_RECORDED };
/** Nothing is in force, and a zone is recorded: as with rules that only record. */
const AUDIT_ONLY = {
  ...ENFORCING,
  set: { generation: 7, zones: [] },
  shadow: { generation: 7, zones: SECOND_ZONE_RECORDED.zones.slice(1) },
};

async function shadowsOf(metrics: Awaited<ReturnType<typeof startServing>>['metrics']) {
  return (await metrics.shadow.get()).values.map(({ labels, value }) => ({ ...labels, value }));
}

describe('while a zone is recorded', () => {
  it.each([
    ['NodePool', reviewOf()],
    ['NodePool that has no other zone', reviewOf({ object: nodePool(['us-east-1b']) })],
    ['NodeClaim', reviewOf({ kind: NODE_CLAIM, object: nodeClaim(['us-east-1b', 'us-east-1c']) })],
    ['NodeClaim that has no other zone', reviewOf({ kind: NODE_CLAIM, object: nodeClaim(['us-east-1b']) })],
  ])('the answer about a %s is what it would be without', async (_name, review) => {
    const shadowed = await startServing({ state: () => SHADOWED });
    const plain = await startServing();
    for (const path of ['/mutate', '/validate']) {
      const { http: _one, ...one } = await shadowed.client.review(path, review);
      const { http: _other, ...other } = await plain.client.review(path, review);
      expect(one).toEqual(other);
    }
  });

  it('the line of a NodePool says what would have been stored', async () => {
    const { client, logged, metrics } = await startServing({ state: () => AUDIT_ONLY });
    const answer = await client.review('/mutate', reviewOf());
    expect(answer).toMatchObject({ allowed: true, operations: [] });
    const [line] = logged();
    expect(line).toMatchObject({
      action: 'unchanged',
      impairedZones: [],
      effective: ['topology.kubernetes.io/zone In [us-east-1a, us-east-1b, us-east-1c]'],
      patchOperations: 0,
    });
    expect(line?.shadow).toEqual({
      action: 'pruned',
      rule: 'zone-impaired-target',
      zones: [
        {
          id: 'use1-az2',
          name: 'us-east-1b',
          state: 'impaired',
          excluded: true,
          sources: [{ id: 'practice-run/cluster', kind: 'practice-run', since: '2026-11-21T05:00:00Z' }],
        },
      ],
      effective: ['topology.kubernetes.io/zone In [us-east-1a, us-east-1c]'],
      notes: ['frozen'],
      patchOperations: 3,
    });
    expect(await shadowsOf(metrics)).toEqual([{ kind: 'NodePool', action: 'pruned', value: 1 }]);
  });

  it('a NodeClaim that would have been refused is made, and its line has the words', async () => {
    const { client, logged, metrics } = await startServing({ state: () => AUDIT_ONLY });
    const review = reviewOf({ kind: NODE_CLAIM, object: nodeClaim(['us-east-1b']) });
    await expect(client.review('/mutate', review)).resolves.toMatchObject({ allowed: true, operations: [] });
    expect(logged()[0]).toMatchObject({
      allowed: true,
      action: 'unchanged',
      shadow: { action: 'refused', message: expect.stringMatching(/can launch in no other zone/) },
    });
    expect(await shadowsOf(metrics)).toEqual([{ kind: 'NodeClaim', action: 'refused', value: 1 }]);
  });

  it('only the zones that are not in force are named in the shadow', async () => {
    const { client, logged } = await startServing({ state: () => SHADOWED });
    await client.review('/mutate', reviewOf());
    expect(logged()[0]).toMatchObject({
      action: 'pruned',
      impairedZones: [{ id: 'use1-az1' }],
      shadow: {
        zones: [{ id: 'use1-az2', excluded: true }],
        effective: ['topology.kubernetes.io/zone In [us-east-1c]'],
      },
    });
  });

  it('a NodePool that is stored with our mark is judged by what its owner declared', async () => {
    const { client, logged } = await startServing({ state: () => SHADOWED });
    const created = reviewOf();
    const stored = patched(created.request.object, await client.review('/mutate', created));
    const answer = await client.review(
      '/mutate',
      reviewOf({ operation: 'UPDATE', object: stored, oldObject: stored }),
    );
    expect(answer.operations).toEqual([]);
    expect(logged()[1]).toMatchObject({
      declared: ['topology.kubernetes.io/zone In [us-east-1a, us-east-1b, us-east-1c]'],
      effective: ['topology.kubernetes.io/zone In [us-east-1b, us-east-1c]'],
      patchOperations: 0,
      shadow: { effective: ['topology.kubernetes.io/zone In [us-east-1c]'], action: 'pruned' },
    });
  });

  it('the validating step casts none, nor does what nobody decides about', async () => {
    const { client, logged, metrics } = await startServing({ state: () => AUDIT_ONLY });
    await client.review('/validate', reviewOf());
    await client.review('/mutate', reviewOf({ operation: 'DELETE', object: null }));
    await client.review('/mutate', reviewOf({ kind: NODE_CLAIM, operation: 'UPDATE' }));
    expect(logged()).toHaveLength(3);
    for (const line of logged()) expect(line).not.toHaveProperty('shadow');
    expect(await shadowsOf(metrics)).toEqual([]);
  });

  it('a shadow that fails is told, and the decision stands with its line', async () => {
    const { client, logged, panics } = await startServing({
      state: () => AUDIT_ONLY,
      deciderFor: (webhook, request) => (asked, state) => {
        if (state.set === AUDIT_ONLY.shadow) throw new Error('no shadow');
        return deciderFor(webhook, request)(asked, state);
      },
    });
    await expect(client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });
    await expect(panics()).resolves.toBe(1);
    expect(logged()).toMatchObject([
      { level: 'error', kind: 'NodePool' },
      { event: 'decision', action: 'unchanged' },
    ]);
    expect(logged()[1]).not.toHaveProperty('shadow');
  });
});

it('while nothing is recorded a request is decided once', async () => {
  let decided = 0;
  const { client, logged } = await startServing({
    deciderFor: (webhook, request) => (asked, state) => {
      decided += 1;
      return deciderFor(webhook, request)(asked, state);
    },
  });
  await client.review('/mutate', reviewOf());
  expect(decided).toBe(1);
  expect(logged()[0]).not.toHaveProperty('shadow');
});
