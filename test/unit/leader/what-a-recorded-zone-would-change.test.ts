import { describe, expect, it } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import type { ImpairedRecord, RecordedZone } from '../../../shared/record/impaired-record.ts';
import { type NodePoolView, nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { ShadowReport } from '../../../watcher/leader/shadow-report.ts';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const SOURCE = {
  id: 'practice-run/cluster',
  kind: 'practice-run',
  since: '2026-11-21T05:00:00Z',
  standing: 'recorded',
} as const;
const A: RecordedZone = { id: 'use1-az1', name: 'us-east-1a', state: 'recorded', sources: [SOURCE] };
const B: RecordedZone = { ...A, id: 'use1-az2', name: 'us-east-1b' };

const record = (...zones: RecordedZone[]): ImpairedRecord => ({ generation: 1, zones, ended: {} });

function pool(
  name: string,
  zones: readonly string[],
  annotations: Record<string, string> = {},
): NodePoolView {
  const requirements = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [...zones] }];
  return nodePoolSchema.parse({
    metadata: { name, annotations },
    spec: { template: { spec: { requirements } } },
  });
}

const POOLS = [
  pool('web', ['us-east-1a', 'us-east-1b']),
  pool('batch', ['us-east-1a']),
  pool('elsewhere', ['us-east-1c']),
  pool('exempt', ['us-east-1a'], { 'zonewarden.io/zone-enforcement': 'off' }),
];

function seeing(report: ShadowReport, seen: ImpairedRecord, pools = POOLS, maxImpairedZones?: number) {
  return report.see({ record: seen, pools, settings: DEFAULT_ENFORCEMENT, maxImpairedZones, nowMs: NOW });
}

describe('a zone that is recorded', () => {
  it('is told with the NodePools that would be kept out of it', () => {
    expect(seeing(new ShadowReport(), record(A))).toEqual([
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

  it('is told once, and again when it was not recorded meanwhile', () => {
    const report = new ShadowReport();
    const told = (seen: ImpairedRecord) => seeing(report, seen).map(({ zoneId }) => zoneId);
    expect(told(record(A))).toEqual(['use1-az1']);
    expect(told(record(A))).toEqual([]);
    expect(told(record(A, B))).toEqual(['use1-az2']);
    expect(told(record(B))).toEqual([]);
    expect(told(record(A, B))).toEqual(['use1-az1']);
  });

  it('is judged beside what is impaired', () => {
    const { standing: _lifted, ...counts } = SOURCE;
    const impaired: RecordedZone = { ...B, state: 'impaired', sources: [counts] };
    expect(seeing(new ShadowReport(), record(A, impaired))).toMatchObject([
      { zoneId: 'use1-az1', withoutZone: ['batch', 'web'] },
    ]);
  });

  it('is not told where the guard of the rules would hold it back', () => {
    const used = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b', 'use1-az3': 'us-east-1c' };
    expect(seeing(new ShadowReport(), { ...record(A), used }, POOLS, 0)).toEqual([]);
  });

  it('is told with the names of twenty at most, and how many there are', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      pool(`p${10 + index}`, ['us-east-1a', 'us-east-1c']),
    );
    const [told] = seeing(new ShadowReport(), record(A), many);
    expect(told).toMatchObject({ nodePools: 30, changed: 30 });
    expect(told?.names).toEqual(many.slice(0, 20).map(({ metadata }) => metadata.name));
  });

  it('is told with the NodePools whose list is full', () => {
    const requirements = Array.from({ length: 100 }, (_, index) => ({
      key: `k${index}`,
      operator: 'Exists',
    }));
    const full = nodePoolSchema.parse({
      metadata: { name: 'full' },
      spec: { template: { spec: { requirements } } },
    });
    expect(seeing(new ShadowReport(), record(A), [full])).toMatchObject([{ noRoom: ['full'] }]);
  });
});

it('a zone that is impaired or gone is not told', () => {
  const report = new ShadowReport();
  expect(seeing(report, record({ ...A, state: 'impaired' }))).toEqual([]);
  expect(seeing(report, record())).toEqual([]);
});
