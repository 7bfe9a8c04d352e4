import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { sealed } from '../../../shared/enforcement/mark-seal.ts';
import { generationOfPool, stateOfPool } from '../../../shared/enforcement/standing.ts';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { readStoredMarks } from '../../../shared/stores/stored-marks.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { MARK_KEYS } from '../enforcement/mark-keys.ts';
import { away, NodePoolsInMemory, nodePool, SETTINGS } from './node-pools-in-memory.ts';

const NONE: Orders = { generation: 4, zones: [] };

/** What is stored of a NodePool after a nudge under a set. */
async function storedUnder(set: Orders, pool: KubeObject): Promise<KubeObject> {
  return new NodePoolsInMemory([pool], set).patch(
    undefined,
    { name: pool.metadata.name ?? '' },
    { kind: 'merge', body: {} },
  );
}

const stateOf = (pool: KubeObject, set: Orders) => stateOfPool(nodePoolSchema.parse(pool), set, SETTINGS);

function marked(generation: number): KubeObject {
  const pool = nodePool('web', ['us-east-1b']);
  const annotations = { [DECLARED_ANNOTATION]: JSON.stringify({ generation, zones: [] }) };
  return { ...pool, metadata: { ...pool.metadata, annotations } };
}

function sealedFor(name: string, pool: KubeObject): KubeObject {
  const text = sealed(pool.metadata.annotations?.[DECLARED_ANNOTATION] ?? '', name, MARK_KEYS);
  return { ...pool, metadata: { ...pool.metadata, annotations: { [DECLARED_ANNOTATION]: text } } };
}

describe('the state of a NodePool', () => {
  it('is settled while no zone is impaired, and unsettled when one of its zones is', () => {
    expect(stateOf(nodePool('web'), NONE)).toBe('settled');
    expect(stateOf(nodePool('web'), away(5))).toBe('unsettled');
    expect(stateOf(nodePool('web', ['us-east-1b']), away(5))).toBe('settled');
  });

  it('is settled after a nudge, and unsettled again when the zone is back', async () => {
    const pruned = await storedUnder(away(5), nodePool('web'));
    expect(stateOf(pruned, away(5))).toBe('settled');
    expect(stateOf(pruned, { ...NONE, generation: 6 })).toBe('unsettled');
  });

  it('is ahead where it was made from a newer set', async () => {
    const pruned = await storedUnder(away(5), nodePool('web'));
    expect(stateOf(pruned, { ...NONE, generation: 4 })).toBe('ahead');
  });

  it('is settled on its way out, whatever it looks like', () => {
    const pool = nodePool('web');
    pool.metadata.deletionTimestamp = '2026-11-21T04:00:00Z';
    expect(stateOf(pool, away(5))).toBe('settled');
  });
});

describe('the generation of a NodePool', () => {
  it('is the one of the set that it was made from, and 0 without a mark', async () => {
    const pruned = await storedUnder(away(5), nodePool('web'));
    expect(generationOfPool(nodePoolSchema.parse(pruned), undefined)).toBe(5);
    expect(generationOfPool(nodePoolSchema.parse(nodePool('web')), undefined)).toBe(0);
  });

  it.each([6, 2 ** 52, Number.MAX_SAFE_INTEGER])('is not believed of a mark that is not ours: %d', (mark) => {
    expect(generationOfPool(nodePoolSchema.parse(marked(mark)), MARK_KEYS)).toBe(0);
  });

  it('does not count on its way out: nobody looks at what is written to it', () => {
    const pool = sealedFor('web', marked(7));
    expect(generationOfPool(nodePoolSchema.parse(pool), MARK_KEYS)).toBe(7);
    const metadata = { ...pool.metadata, deletionTimestamp: '2026-11-21T04:00:00Z' };
    expect(generationOfPool(nodePoolSchema.parse({ ...pool, metadata }), MARK_KEYS)).toBe(0);
  });

  it('is the highest of all that are ours for a record that is made anew', async () => {
    const list = (items: KubeObject[]) => ({ list: async () => ({ metadata: {}, items }) });
    const signal = new AbortController().signal;
    expect(await readStoredMarks(list([]), MARK_KEYS, signal)).toEqual({ any: false, highest: 0 });
    const odd: KubeObject = { metadata: { name: 'odd' }, spec: 'what' };
    const items = [
      sealedFor('web', marked(3)),
      sealedFor('web', marked(12)),
      odd,
      nodePool('web'),
      marked(50),
    ];
    expect(await readStoredMarks(list(items), MARK_KEYS, signal)).toEqual({ any: true, highest: 12 });
    // A record and keys that were lost together: what is changed has to be known all the same.
    expect(await readStoredMarks(list([marked(50)]), MARK_KEYS, signal)).toEqual({ any: true, highest: 0 });
    const gone = { list: () => Promise.reject(new KubeError('kube.not-found', 'list')) };
    expect(await readStoredMarks(gone, MARK_KEYS, signal)).toEqual({ any: false, highest: 0 });
    const away = { list: () => Promise.reject(new KubeError('kube.unreachable', 'list')) };
    await expect(readStoredMarks(away, MARK_KEYS, signal)).rejects.toMatchObject({
      code: 'kube.unreachable',
    });
  });
});
