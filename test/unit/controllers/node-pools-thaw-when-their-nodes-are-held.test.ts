import { expect, it } from 'vitest';
import type { RecordedZone, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { readNode } from '../../../shared/views/node.ts';
import { readClaim } from '../../../shared/views/node-claim.ts';
import { readPool } from '../../../shared/views/pool-view.ts';
import { createThaw } from '../../../watcher/controllers/standstill/thaw.ts';
import { AZ1, AZ2, nodeObject } from '../cordon/nodes-in-memory.ts';
import { NOON, source } from './recovering.ts';
import { sceneInMemory } from './scene-in-memory.ts';

const SECOND = 1000;
const at = (ms: number) => new Date(NOON + ms).toISOString();
const impaired = (zone: typeof AZ1, more: Partial<RecordedZone> = {}): RecordedZone => ({
  ...{ ...zone, state: 'impaired', sources: [source] },
  ...more,
});
const recordOf = (generation: number, ...zones: RecordedZone[]): ZoneRecord => ({
  ...{ generation, zones, ended: {} },
  history: zones.map(({ id }, index) => ({
    ...{
      n: index + 1,
      at: at(0),
      zoneId: id,
      from: 'healthy',
      to: 'impaired',
      because: 'autoshift',
      generation,
    },
  })),
});

/** A NodePool that nothing has to be taken out of any more, unless it is open to the zone. */
function pool(name: string, annotations: Record<string, string> = {}, isOpen = false) {
  const values = [AZ1.name, AZ2.name];
  const requirements = isOpen ? [] : [{ key: 'topology.kubernetes.io/zone', operator: 'NotIn', values }];
  return readPool({
    metadata: { name, uid: name, annotations },
    spec: { template: { spec: { requirements } } },
  });
}

function node(nodePool: string, isHeld: boolean, zone = AZ1) {
  const labels = {
    'topology.k8s.aws/zone-id': zone.id,
    'topology.kubernetes.io/zone': zone.name,
    'karpenter.sh/nodepool': nodePool,
  };
  const object = nodeObject(`${nodePool}-${zone.id}`, { labels, unschedulable: isHeld });
  if (isHeld) object.metadata.annotations = { 'karpenter.sh/do-not-disrupt': 'true' };
  return readNode(object);
}

const claimIn = (nodePool: string) =>
  readClaim({
    metadata: {
      name: `${nodePool}-late`,
      labels: { 'topology.kubernetes.io/zone': AZ1.name, 'karpenter.sh/nodepool': nodePool },
    },
  });

function thawing(record: ZoneRecord = recordOf(1, impaired(AZ1))) {
  const scene = sceneInMemory(record);
  const controller = createThaw(scene);
  let nowMs = NOON;
  scene.now = () => nowMs;
  scene.pools.show(pool('web'));
  return {
    scene,
    /** Looks so long after noon, which is when the zone went away; returns who is thawed then, by zone. */
    async lookAt(ms: number) {
      nowMs = NOON + ms;
      await controller.reconcile(new AbortController().signal);
      return Object.fromEntries(scene.records.stored.zones.map(({ id, thawed }) => [id, thawed]));
    },
    waiting: () => scene.heard.of('thawed').at(-1)?.waiting,
  };
}

it('a NodePool thaws ten seconds after its Nodes in the zone were first seen to be held, with one write', async () => {
  const { scene, lookAt, waiting } = thawing();
  scene.nodes.show(node('web', false));
  expect(await lookAt(0)).toEqual({ [AZ1.id]: undefined });
  expect(waiting()).toEqual({ nodes: 1 });
  scene.nodes.show(node('web', true));
  expect(await lookAt(SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(waiting()).toEqual({ 'not-heard': 1 });
  expect(await lookAt(10 * SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(await lookAt(11 * SECOND)).toEqual({ [AZ1.id]: 'all' });
  expect(await lookAt(12 * SECOND)).toEqual({ [AZ1.id]: 'all' });
  expect(scene.records.writes.map(({ generation }) => generation)).toEqual([2]);
  expect(waiting()).toEqual({});
});

it('and not before the calm is over, which counts from when the zone went away', async () => {
  const { scene, lookAt, waiting } = thawing();
  scene.calmMs = 300 * SECOND;
  await lookAt(100 * SECOND);
  expect(await lookAt(299 * SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(waiting()).toEqual({ calm: 1 });
  expect(await lookAt(300 * SECOND)).toEqual({ [AZ1.id]: 'all' });
});

it('where the history does not tell when the zone went away, the calm counts from when it was first seen', async () => {
  const { scene, lookAt } = thawing({ generation: 1, zones: [impaired(AZ1)], ended: {} });
  scene.calmMs = 300 * SECOND;
  await lookAt(200 * SECOND);
  expect(await lookAt(499 * SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(await lookAt(500 * SECOND)).toEqual({ [AZ1.id]: 'all' });
});

it('a NodePool that is made during the calm does not thaw before its end, also where there was none', async () => {
  const { scene, lookAt } = thawing();
  scene.calmMs = 300 * SECOND;
  scene.pools.show();
  expect(await lookAt(0)).toEqual({ [AZ1.id]: undefined });
  expect(await lookAt(299 * SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(await lookAt(300 * SECOND)).toEqual({ [AZ1.id]: 'all' });
});

it('only those thaw whose Nodes are held, and those of another mode are named by nobody', async () => {
  const { scene, lookAt } = thawing();
  scene.pools.show(
    pool('held'),
    pool('not-held'),
    pool('none'),
    pool('whole', { 'zonewarden.io/freeze': 'all' }),
    pool('exempt', { 'zonewarden.io/zone-enforcement': 'off' }),
    pool('not-reached', {}, true),
  );
  scene.nodes.show(node('held', true), node('not-held', false));
  await lookAt(0);
  expect(await lookAt(10 * SECOND)).toEqual({ [AZ1.id]: ['held', 'none'] });
});

it('a NodePool is frozen again while a late Node of it is not held, and thaws anew', async () => {
  const { scene, lookAt, waiting } = thawing();
  await lookAt(0);
  expect(await lookAt(10 * SECOND)).toEqual({ [AZ1.id]: 'all' });
  scene.claims.show(claimIn('web'));
  expect(await lookAt(20 * SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(waiting()).toEqual({ claims: 1 });
  scene.claims.show();
  scene.nodes.show(node('web', true));
  await lookAt(21 * SECOND);
  expect(await lookAt(30 * SECOND)).toEqual({ [AZ1.id]: undefined });
  expect(await lookAt(31 * SECOND)).toEqual({ [AZ1.id]: 'all' });
});

it('each zone is for itself', async () => {
  const { scene, lookAt } = thawing(recordOf(1, impaired(AZ1), impaired(AZ2)));
  scene.nodes.show(node('web', true), node('web', false, AZ2));
  await lookAt(0);
  expect(await lookAt(10 * SECOND)).toEqual({ [AZ1.id]: 'all', [AZ2.id]: undefined });
});

it('who takes over goes on from the record: who is thawed stays so, and the others wait for ten seconds', async () => {
  const { scene, lookAt } = thawing(recordOf(7, impaired(AZ1, { thawed: ['web'] })));
  scene.pools.show(pool('web'), pool('batch'));
  expect(await lookAt(60 * SECOND)).toEqual({ [AZ1.id]: ['web'] });
  expect(await lookAt(70 * SECOND)).toEqual({ [AZ1.id]: 'all' });
});

it.each<[string, (scene: ReturnType<typeof thawing>['scene']) => void]>([
  ['Nodes are not written', (scene) => Object.assign(scene, { cordon: false })],
  ['Nodes are not known', ({ nodes }) => Object.assign(nodes, { known: false })],
  ['NodeClaims are not known', ({ claims }) => Object.assign(claims, { known: false, presence: 'refused' })],
  ['NodePools are not known', ({ pools }) => Object.assign(pools, { known: false })],
])('where %s, the record stays as it is', async (_what, prepare) => {
  const { scene, lookAt } = thawing(recordOf(1, impaired(AZ1, { thawed: ['web'] })));
  scene.nodes.show(node('web', false));
  prepare(scene);
  await lookAt(0);
  expect(await lookAt(20 * SECOND)).toEqual({ [AZ1.id]: ['web'] });
  expect(scene.records.writes).toEqual([]);
});

it('without the CRD of NodeClaims there are none', async () => {
  const { scene, lookAt } = thawing();
  Object.assign(scene.claims, { known: false, presence: 'absent' });
  await lookAt(0);
  expect(await lookAt(10 * SECOND)).toEqual({ [AZ1.id]: 'all' });
});

it('what somebody wrote meanwhile is looked at first', async () => {
  const { scene, lookAt } = thawing();
  await lookAt(0);
  scene.records.lags = true;
  scene.records.stored = recordOf(5, impaired(AZ1, { state: 'recovering' }));
  await lookAt(10 * SECOND);
  expect(scene.records.writes).toEqual([]);
});

it('there is at most one write a second', async () => {
  const { scene, lookAt } = thawing();
  scene.pools.show(pool('web'), pool('batch'));
  await lookAt(0);
  await lookAt(10 * SECOND);
  scene.claims.show(claimIn('web'));
  await lookAt(10 * SECOND + 500);
  expect(scene.records.writes).toHaveLength(1);
  await lookAt(11 * SECOND);
  expect(scene.records.writes).toHaveLength(2);
});
