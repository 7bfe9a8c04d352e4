import { expect, it } from 'vitest';
import { readPool } from '../../../shared/views/pool-view.ts';
import { nodePool } from '../settle/node-pools-in-memory.ts';
import { BACK, claimOf, drifted, NOON, recovering } from './recovering.ts';

it('ends whatever is drifted of a NodePool that does not follow, and is not waited for', async () => {
  const { scene, lookAt, told } = recovering(BACK);
  scene.claims.show(claimOf('odd', drifted('RequirementsDrifted')), claimOf('web'));
  scene.progress.poolsLookedAt({ generation: 1, unsettled: 1, ahead: 0 }, NOON);
  await lookAt(0);
  expect(told()).toEqual([]);
  scene.progress.poolsLookedAt({ generation: 1, unsettled: 1, ahead: 0, stuck: new Set(['odd']) }, NOON);
  await lookAt(1000);
  expect(told()).toEqual(['use1-az1 nothing-drifted']);
});

it('ends whatever is drifted of a NodePool on its way out', async () => {
  const { scene, settle, lookAt, told } = recovering(BACK);
  const leaving = nodePool('old');
  leaving.metadata = { ...leaving.metadata, uid: 'u', deletionTimestamp: '2026-11-21T04:00:00Z' };
  scene.claims.show(claimOf('old', drifted('RequirementsDrifted')));
  settle(1);
  await lookAt(0);
  expect(told()).toEqual([]);
  scene.pools.views = () => [readPool(leaving)];
  await lookAt(1000);
  expect(told()).toEqual(['use1-az1 nothing-drifted']);
});
