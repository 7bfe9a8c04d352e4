import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ClaimView, readClaim } from '../../../shared/views/node-claim.ts';
import { createExpiring } from '../../../watcher/controllers/expiring.ts';
import { AZ1, AZ2, setOf, zone } from '../cordon/nodes-in-memory.ts';
import { recordOf } from './record-in-memory.ts';
import { running, sceneInMemory } from './scene-in-memory.ts';

const BY_NAME = { 'topology.kubernetes.io/zone': AZ1.name };
const NOON = Date.parse('2026-11-21T12:00:00Z');

beforeEach(() => void vi.useFakeTimers({ now: NOON, toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

function claim(name: string, expireAfter = '25h', labels: Record<string, string> = BY_NAME): ClaimView {
  return readClaim({
    metadata: { name, labels, creationTimestamp: '2026-11-20T12:00:00Z' },
    spec: { expireAfter },
  });
}

/** Looks at two claims of AZ1, one of which expires; AZ1 is impaired. */
function reporting(prepare: (scene: ReturnType<typeof sceneInMemory>) => void = () => undefined) {
  const scene = sceneInMemory(recordOf(setOf(1, zone('impaired'))));
  scene.now = Date.now;
  scene.claims.show(claim('a'), claim('b', 'Never'));
  prepare(scene);
  const { heard, facts } = scene;
  running(facts, createExpiring(scene));
  return {
    scene,
    told: () => heard.of('expiring').map(({ zoneId, nodeClaim }) => `${zoneId} ${nodeClaim}`),
    counts: () =>
      heard
        .of('expiring-nodes')
        .map(({ counts }) => Object.fromEntries(counts.map(({ zoneId, count }) => [zoneId, count]))),
    looked: () => heard.of('reconciled').length,
    see: (...set: Parameters<typeof setOf>) => scene.record.see(recordOf(setOf(...set))),
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

it('counts the NodeClaims of impaired zones only, by what labels say', async () => {
  const { counts, told, pass } = reporting(({ record, claims }) => {
    record.see(
      recordOf(setOf(1, zone('impaired'), zone('impaired', { id: 'use1-az9' }), zone('recovering', AZ2))),
    );
    const ids = { 'topology.k8s.aws/zone-id': 'use1-az9' };
    claims.show(
      claim('a'),
      claim('by-id', '25h', { ...ids, 'topology.kubernetes.io/zone': 'dc1' }),
      claim('only-id', '25h', { 'topology.k8s.aws/zone-id': AZ1.id }),
      claim('back', '25h', { 'topology.kubernetes.io/zone': AZ2.name }),
      claim('elsewhere', '25h', {}),
    );
  });
  await pass(0);
  expect(told()).toEqual(['use1-az1 a', 'use1-az9 by-id']);
  expect(counts()).toEqual([{ 'use1-az1': 1, 'use1-az9': 1 }]);
});

it('tells nothing while no set is known, and counts nothing when no zone is impaired', async () => {
  const { see, told, counts, looked, pass } = reporting(({ record }) => record.see(undefined));
  await pass(0);
  expect([looked(), told(), counts()]).toEqual([1, [], []]);
  see(2);
  await pass(0);
  expect([told(), counts()]).toEqual([[], [{}]]);
});

it('tells each claim once, counts it as long as it is there, and looks once a minute', async () => {
  const { scene, told, counts, looked, pass } = reporting();
  await pass(59_999);
  expect([told(), counts(), looked()]).toEqual([['use1-az1 a'], [{ 'use1-az1': 1 }], 1]);
  scene.claims.show(...scene.claims.all(), claim('c'));
  await pass(1);
  expect([told(), counts().at(-1), looked()]).toEqual([['use1-az1 a', 'use1-az1 c'], { 'use1-az1': 2 }, 2]);
  scene.claims.show();
  await pass(60_000);
  expect(counts().at(-1)).toEqual({ 'use1-az1': 0 });
});

it('looks at once when the set has changed, and tells again in the next shift', async () => {
  const { see, told, counts, pass } = reporting();
  await pass(0);
  see(2, zone('recovering'));
  await pass(0);
  expect(counts().at(-1)).toEqual({});
  see(3, zone('impaired'));
  await pass(0);
  expect(told()).toEqual(['use1-az1 a', 'use1-az1 a']);
});

it('is silent where there are no NodeClaims, and counts none', async () => {
  const { told, counts, pass } = reporting(({ claims }) => {
    Object.assign(claims, { known: false, presence: 'absent' });
    claims.show();
  });
  await pass(0);
  expect([told(), counts()]).toEqual([[], [{ 'use1-az1': 0 }]]);
});

it.each(['unknown', 'refused'] as const)(
  'tells and counts nothing while NodeClaims are not known (%s): that is not none',
  async (presence) => {
    const { scene, told, counts, pass } = reporting(({ claims }) => {
      Object.assign(claims, { known: false, presence });
    });
    await pass(5_000);
    expect([told(), counts()]).toEqual([[], []]);
    Object.assign(scene.claims, { known: true, presence: 'present' });
    await pass(1_000);
    expect(told()).toEqual(['use1-az1 a']);
  },
);

it('passes over a claim that it cannot read', async () => {
  const { told, counts, pass } = reporting(({ claims }) => {
    const odd = readClaim({ metadata: { name: 'odd', labels: BY_NAME }, spec: {} });
    const later = readClaim({
      metadata: { name: 'later', labels: BY_NAME, creationTimestamp: 'yesterday' },
      spec: { expireAfter: '25h' },
    });
    claims.show(odd, later, claim('a'));
  });
  await pass(0);
  expect([told(), counts()]).toEqual([['use1-az1 a'], [{ 'use1-az1': 1 }]]);
});

it('says which node it is, in which zone, and when', async () => {
  const { scene, pass } = reporting(({ claims }) => {
    const metadata = { name: 'a', labels: BY_NAME, creationTimestamp: '2026-11-20T12:00:00Z' };
    claims.show(readClaim({ metadata, spec: { expireAfter: '25h' }, status: { nodeName: 'node-a' } }));
  });
  await pass(0);
  expect(scene.heard.of('expiring')).toEqual([
    {
      nodeClaim: 'a',
      node: 'node-a',
      zoneId: AZ1.id,
      zone: AZ1.name,
      at: '2026-11-21T13:00:00.000Z',
    },
  ]);
});
