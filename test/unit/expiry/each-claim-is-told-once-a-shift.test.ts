import { expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { ExpiryReport } from '../../../watcher/expiry/expiry-report.ts';
import { AZ1, AZ2, setOf, zone } from '../cordon/nodes-in-memory.ts';

const claim = (name: string, expireAfter = '25h'): KubeObject => ({
  metadata: { name, creationTimestamp: '2026-11-20T12:00:00Z' },
  spec: { expireAfter },
});

function reporting() {
  const scene = {
    now: Date.parse('2026-11-21T12:00:00Z'),
    set: setOf(1, zone('impaired')) as ReturnType<typeof setOf> | undefined,
    claims: [claim('a'), claim('b', 'Never')],
    asked: [] as (string | undefined)[],
    failure: undefined as KubeError | undefined,
  };
  const told: string[] = [];
  const counts: object[] = [];
  const report = new ExpiryReport({
    client: {
      async listAll(_type, query) {
        scene.asked.push(query?.labelSelector);
        if (scene.failure !== undefined) throw scene.failure;
        return { metadata: {}, items: scene.claims };
      },
    },
    set: () => scene.set,
    now: () => scene.now,
    onExpiring: ({ claim: name }, { id }) => told.push(`${id} ${name}`),
    onCounts: (counted) => counts.push(Object.fromEntries(counted)),
    onProblem: () => told.push('problem'),
  });
  const look = () => report.look(new AbortController().signal);
  return { scene, told, counts, look };
}

it('asks for the NodeClaims of impaired zones only, by what labels say', async () => {
  const { scene, look } = reporting();
  scene.set = setOf(1, zone('impaired'), zone('impaired', { id: 'use1-az9' }), zone('recovering', AZ2));
  await look();
  expect(scene.asked).toEqual([
    `topology.kubernetes.io/zone=${AZ1.name}`,
    'topology.k8s.aws/zone-id=use1-az9',
  ]);
});

it('asks for nothing while no set is known, and when no zone is impaired', async () => {
  const { scene, counts, look } = reporting();
  scene.set = undefined;
  await look();
  scene.set = setOf(2);
  await look();
  expect([scene.asked, counts]).toEqual([[], [{}]]);
});

it('tells each claim once, counts it as long as it is there, and looks once a minute', async () => {
  const { scene, told, counts, look } = reporting();
  await look();
  await look();
  expect([told, counts, scene.asked.length]).toEqual([['use1-az1 a'], [{ 'use1-az1': 1 }], 1]);
  scene.now += 60_000;
  scene.claims.push(claim('c'));
  await look();
  expect([told, counts.at(-1)]).toEqual([['use1-az1 a', 'use1-az1 c'], { 'use1-az1': 2 }]);
  scene.now += 60_000;
  scene.claims = [];
  await look();
  expect(counts.at(-1)).toEqual({ 'use1-az1': 0 });
});

it('looks at once when the set has changed, and tells again in the next shift', async () => {
  const { scene, told, counts, look } = reporting();
  await look();
  scene.set = setOf(2, zone('recovering'));
  await look();
  expect(counts.at(-1)).toEqual({});
  scene.set = setOf(3, zone('impaired'));
  await look();
  expect(told).toEqual(['use1-az1 a', 'use1-az1 a']);
});

it('is silent where there are no NodeClaims, and does not ask every second after a failure', async () => {
  const { scene, told, counts, look } = reporting();
  scene.failure = new KubeError('kube.not-found', 'list nodeclaims');
  await look();
  expect([told, counts]).toEqual([[], [{ 'use1-az1': 0 }]]);
  scene.failure = new KubeError('kube.forbidden', 'list nodeclaims');
  scene.now += 60_000;
  await expect(look()).rejects.toThrow('list nodeclaims');
  await look();
  expect(scene.asked).toHaveLength(2);
});

it('passes over a claim that it cannot read', async () => {
  const { scene, told, look } = reporting();
  scene.claims = [{ metadata: { name: 'odd' }, spec: {} }, claim('a')];
  await look();
  expect(told).toEqual(['use1-az1 a']);
});
