import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { readPool } from '../../../shared/views/pool-view.ts';
import { exemptPools } from '../../../watcher/term/exempt-pools.ts';
import { HELD_POOLS } from '../../../webhook/state/held-pools.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';

/**
 * Nobody is asked about a write of a NodePool that is being deleted, which somebody's finalizer may keep for as long as
 * they like: an exemption that was written then would stand in no log.
 */

function stored(name: string, metadata: object): KubeObject {
  const pool = nodePool(name, [inZones('us-east-1a')]);
  return { ...pool, metadata: { name, uid: name, resourceVersion: '1', ...metadata } };
}

const EXEMPT = { annotations: { 'zonewarden.io/zone-enforcement': 'off' } };
const DELETED = { deletionTimestamp: '2026-11-21T04:00:00Z', finalizers: ['example.com/hold'] };
const POOLS = [stored('exempt', EXEMPT), stored('going', { ...EXEMPT, ...DELETED }), stored('usual', {})];

describe('whose NodeClaims and Nodes are exempt', () => {
  it('in the webhook', () => {
    const exempt = POOLS.map((pool) => HELD_POOLS.read(pool)).filter((pool) => pool.exempt);
    expect(exempt.map(({ name }) => name)).toEqual(['exempt']);
    expect(POOLS.map((pool) => HELD_POOLS.read(pool).isGoing)).toEqual([false, true, false]);
  });

  it('in the watcher, for the cordon and for the policy fallback', () => {
    const pools = { all: () => POOLS.map(readPool) };
    expect([...exemptPools({ pools })]).toEqual(['exempt']);
  });
});
