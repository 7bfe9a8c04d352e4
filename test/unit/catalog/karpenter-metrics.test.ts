import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { type Catalog, labelOf } from '../../../shared/catalog/catalog.ts';
import { catalogFromKarpenterMetrics } from '../../../shared/catalog/from-karpenter-metrics.ts';
import { samplesOf } from '../../../shared/catalog/metrics-text.ts';
import { isOwnCatalog } from '../../../shared/catalog/own-catalog.ts';

const MADE_AT = '2026-11-21T18:00:00Z';
const known = bundledCatalog();
const aws = (label: string) => `karpenter.k8s.aws/instance-${label}`;

/** As Karpenter's /metrics has it: m5.large is offered in a and b, where b is shifted away; z9g.large is new. */
const page = [
  '# HELP karpenter_cloudprovider_instance_type_offering_available Instance type offering availability',
  '# TYPE karpenter_cloudprovider_instance_type_offering_available gauge',
  ...['spot', 'on-demand', 'reserved'].flatMap((capacityType) => [
    offered('m5.large', capacityType, 'us-east-1a', capacityType === 'reserved' ? 0 : 1),
    offered('m5.large', capacityType, 'us-east-1b', 0),
    offered('m5.large', capacityType, 'us-east-1c', 0),
  ]),
  'karpenter_cloudprovider_instance_type_offering_price_estimate{capacity_type="spot",instance_type="m5.large",zone="us-east-1b"} 0.035',
  'karpenter_cloudprovider_instance_type_offering_price_estimate{capacity_type="spot",instance_type="m5.large",zone="us-east-1c"} 0',
  'karpenter_cloudprovider_instance_type_offering_price_estimate{capacity_type="on-demand",instance_type="m5.large",zone="us-east-1c"} 0.096',
  offered('z9g.large', 'on-demand', 'us-east-1a', 1),
  'karpenter_cloudprovider_instance_type_cpu_cores{instance_type="m5.large"} 2',
  'karpenter_cloudprovider_instance_type_memory_bytes{instance_type="m5.large"} 8.589934592e+09',
  'karpenter_cloudprovider_instance_type_cpu_cores{instance_type="z9g.large"} 3',
  'karpenter_cloudprovider_instance_type_cpu_cores{instance_type="c5.large"} 2',
  'karpenter_nodeclaims_created_total{nodepool="default"} 7',
].join('\n');

function offered(type: string, capacityType: string, zone: string, value: number): string {
  return `karpenter_cloudprovider_instance_type_offering_available{capacity_type="${capacityType}",instance_type="${type}",zone="${zone}"} ${value}`;
}

const zones = ['a', 'b', 'c'].map((letter, place) => ({
  id: `use1-az${place + 1}`,
  name: `us-east-1${letter}`,
}));
const labels = (catalog: Catalog, type: string) => {
  const place = catalog.types.indexOf(type);
  return (key: string) => labelOf(catalog, place, key);
};

describe("what Karpenter's metrics make", () => {
  it('has the types that Karpenter considers, with all that is known of them', () => {
    const catalog = catalogFromKarpenterMetrics(MADE_AT, page, { known });
    expect(catalog.types).toEqual(['m5.large', 'z9g.large']);
    expect(catalog.capacityTypes).toEqual([3, 1]);
    const m5 = labels(catalog, 'm5.large');
    for (const key of known.columns.keys())
      expect([key, m5(key)]).toEqual([key, labels(known, 'm5.large')(key)]);
    expect(catalog.origin.madeFrom).toMatch(
      /labels of 1 types from the catalogue of 20\d\d-\d\d-\d\d, 1 unknown to it/,
    );
  });

  it('takes of a new type what its name, its family and the metrics tell', () => {
    const text = [page, offered('m5.gigantic', 'spot', 'us-east-1a', 1)].join('\n');
    const catalog = catalogFromKarpenterMetrics(MADE_AT, text, { known });
    const z9g = labels(catalog, 'z9g.large');
    expect(
      [aws('category'), aws('generation'), aws('cpu'), 'kubernetes.io/arch', aws('memory')].map(z9g),
    ).toEqual(['z', '9', '3', 'arm64', undefined]);
    const m5 = labels(catalog, 'm5.gigantic');
    expect([aws('size'), aws('cpu-manufacturer'), 'kubernetes.io/arch', aws('cpu')].map(m5)).toEqual([
      'gigantic',
      'intel',
      'amd64',
      undefined,
    ]);
  });

  it('without IDs of zones knows no zones: its counts are upper bounds', () => {
    const catalog = catalogFromKarpenterMetrics(MADE_AT, page, { known });
    expect(catalog).not.toHaveProperty('offerings');
    expect(isOwnCatalog(catalog)).toBe(false);
  });

  it('with IDs knows where a type is offered, a zone that is shifted away included', () => {
    const catalog = catalogFromKarpenterMetrics(MADE_AT, page, { known, zones, region: 'us-east-1' });
    expect(catalog.origin).toMatchObject({
      source: 'karpenter-metrics',
      region: 'us-east-1',
      madeAt: MADE_AT,
    });
    expect(catalog.offerings).toEqual({
      zoneIds: ['use1-az1', 'use1-az2'],
      sets: [[0, 1], [0]],
      setOf: [0, 1],
    });
    expect(isOwnCatalog(catalog)).toBe(true);
  });

  it('refuses a page in which zones are named whose ID is not given', () => {
    expect(() => catalogFromKarpenterMetrics(MADE_AT, page, { known, zones: zones.slice(0, 1) })).toThrow(
      /whose IDs nothing tells: us-east-1b; give --zone-map ID=us-east-1b/,
    );
  });

  it.each([
    ['nothing', ''],
    ['a web page', '<html>404</html>'],
    ['other metrics', 'process_cpu_seconds_total 12\n'],
    [
      'types of which none is offered',
      'karpenter_cloudprovider_instance_type_cpu_cores{instance_type="m5.large"} 2',
    ],
  ])('refuses %s', (_, text) => {
    expect(() => catalogFromKarpenterMetrics(MADE_AT, text, { known })).toThrow(
      /page of Karpenter's \/metrics/,
    );
  });
});

describe('samples of a page', () => {
  it('are read with escapes, time stamps and exponents', () => {
    const text = String.raw`a{x="q\"u\\o\nte",y="}"} 1e+03 1700000000
b 2
a 3
a{x="4"} NaN
a{broken`;
    const samples = [...samplesOf(text, new Set(['a']))].map(({ labels: all, value }) => [
      Object.fromEntries(all),
      value,
    ]);
    expect(samples).toEqual([
      [{ x: 'q"u\\o\nte', y: '}' }, 1000],
      [{}, 3],
      [{ x: '4' }, Number.NaN],
    ]);
  });
});
