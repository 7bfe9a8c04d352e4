import { describe, expect, it } from 'vitest';
import type { RecordedZone, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { type PoolView, readPool } from '../../../shared/views/pool-view.ts';
import { createShadows } from '../../../watcher/controllers/shadows.ts';
import { sceneInMemory } from './scene-in-memory.ts';

const SOURCE = {
  id: 'practice-run/cluster',
  kind: 'practice-run',
  since: '2026-11-21T05:00:00Z',
  standing: 'recorded',
} as const;
const A: RecordedZone = { id: 'use1-az1', name: 'us-east-1a', state: 'recorded', sources: [SOURCE] };
const B: RecordedZone = { ...A, id: 'use1-az2', name: 'us-east-1b' };

const record = (...zones: RecordedZone[]): ZoneRecord => ({ generation: 1, zones, ended: {} });

function poolWith(name: string, requirements: object[], annotations: Record<string, string> = {}): PoolView {
  return readPool({
    metadata: { name, uid: `uid-${name}`, annotations },
    spec: { template: { spec: { requirements } } },
  });
}

function pool(name: string, zones: readonly string[], annotations?: Record<string, string>): PoolView {
  return poolWith(
    name,
    [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [...zones] }],
    annotations,
  );
}

const POOLS = [
  pool('web', ['us-east-1a', 'us-east-1b']),
  pool('batch', ['us-east-1a']),
  pool('elsewhere', ['us-east-1c']),
  pool('exempt', ['us-east-1a'], { 'zonewarden.io/zone-enforcement': 'off' }),
];

/** What each look at a record tells, for as long as one leader leads. */
function leading(pools: readonly PoolView[] = POOLS, maxImpairedZones?: number) {
  const scene = sceneInMemory();
  scene.pools.show(...pools);
  scene.rules.current = () => ({ ...DEFAULT_ZONE_RULES, maxImpairedZones });
  const controller = createShadows(scene);
  const look = async () => {
    const before = scene.heard.of('shadow').length;
    await controller.reconcile(new AbortController().signal);
    return scene.heard.of('shadow').slice(before);
  };
  const sees = (seen: ZoneRecord) => {
    scene.record.see(seen);
    return look();
  };
  return { scene, controller, look, sees };
}

describe('a zone that is recorded', () => {
  it('is told with the NodePools that would be kept out of it', async () => {
    expect(await leading().sees(record(A))).toEqual([
      {
        zoneId: 'use1-az1',
        zone: 'us-east-1a',
        sources: ['practice-run since 2026-11-21T05:00:00Z'],
        nodePools: 4,
        changed: 2,
        names: ['batch', 'web'],
        withoutZone: ['batch'],
        noRoom: [],
      },
    ]);
  });

  it('is told once, and again when it was not recorded meanwhile', async () => {
    const { sees } = leading();
    const told = async (seen: ZoneRecord) => (await sees(seen)).map(({ zoneId }) => zoneId);
    expect(await told(record(A))).toEqual(['use1-az1']);
    expect(await told(record(A))).toEqual([]);
    expect(await told(record(A, B))).toEqual(['use1-az2']);
    expect(await told(record(B))).toEqual([]);
    expect(await told(record(A, B))).toEqual(['use1-az1']);
  });

  it('is judged beside what is impaired', async () => {
    const { standing: _lifted, ...counts } = SOURCE;
    const impaired: RecordedZone = { ...B, state: 'impaired', sources: [counts] };
    expect(await leading().sees(record(A, impaired))).toMatchObject([
      { zoneId: 'use1-az1', withoutZone: ['batch', 'web'] },
    ]);
  });

  it('is not told where the guard of the rules would hold it back', async () => {
    const used = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b', 'use1-az3': 'us-east-1c' };
    expect(await leading(POOLS, 0).sees({ ...record(A), used })).toEqual([]);
  });

  it('is told with the names of twenty at most, and how many there are', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      pool(`p${10 + index}`, ['us-east-1a', 'us-east-1c']),
    );
    const [told] = await leading(many).sees(record(A));
    expect(told).toMatchObject({ nodePools: 30, changed: 30 });
    expect(told?.names).toEqual(many.slice(0, 20).map(({ name }) => name));
  });

  it('is told with the NodePools whose list is full', async () => {
    const requirements = Array.from({ length: 100 }, (_, index) => ({
      key: `k${index}`,
      operator: 'Exists',
    }));
    const full = poolWith('full', requirements);
    expect(await leading([full]).sees(record(A))).toMatchObject([{ noRoom: ['full'] }]);
  });
});

it('a zone that is impaired or gone is not told', async () => {
  const { sees } = leading();
  expect(await sees(record({ ...A, state: 'impaired' }))).toEqual([]);
  expect(await sees(record())).toEqual([]);
});

it('nothing is told before the record and the NodePools are known', async () => {
  const { scene, look, sees } = leading();
  expect(await look()).toEqual([]);
  scene.pools.known = false;
  expect(await sees(record(A))).toEqual([]);
  scene.pools.known = true;
  expect(await look()).toMatchObject([{ zoneId: 'use1-az1' }]);
});

it('the next leader tells it again', async () => {
  const { scene, sees } = leading();
  await sees(record(A));
  scene.facts.leftTerm();
  expect(await sees(record(A))).toMatchObject([{ zoneId: 'use1-az1' }]);
});

it('a new record and new rules are looked at at once, and the clock once a second', async () => {
  const { scene, controller } = leading();
  expect(controller.wokenBy).toEqual([scene.record, scene.rules]);
  expect(await controller.reconcile(new AbortController().signal)).toEqual({ againInMs: 1000 });
});
