import { describe, expect, it } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { encodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import type { Dropped } from '../../../shared/record/record-room.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD, type RecordedSource, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createRecordStore, type RecordChange } from '../../../shared/stores/record-store.ts';
import { ConfigMapInMemory } from './config-map-in-memory.ts';
import { asOf, NOON, start } from './signals.ts';

const KIB = 1024;
const never = new AbortController().signal;
const same: RecordChange = (record) => record;
const since = '2026-11-21T04:00:00Z';

function applying(...signals: ZoneSignal[]): RecordChange {
  return (record) => applySignals(record, signals, () => undefined, asOf(NOON)).record;
}

function storeOver(configMap: ConfigMapInMemory) {
  const dropped: Dropped[] = [];
  const store = createRecordStore({
    client: configMap,
    namespace: 'zonewarden',
    fieldManager: 'test',
    highestMark: async () => 0,
    onDropped: (some) => dropped.push(...some),
  });
  return { store, dropped };
}

/** A ConfigMap with a record in it, and what somebody else keeps there. */
function filled(
  record: ZoneRecord,
  others: { readonly data?: Record<string, string>; readonly annotations?: Record<string, string> },
): ConfigMapInMemory {
  const configMap = new ConfigMapInMemory();
  const { annotations, data } = encodeRecord(record);
  configMap.put({
    metadata: {
      name: RECORD_NAME,
      namespace: 'zonewarden',
      annotations: { ...annotations, ...others.annotations },
    },
    data: { ...data, ...others.data },
  });
  configMap.refuseTooLong();
  return configMap;
}

const told = (zone: number, count = 10, size = 240): RecordedSource[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `autoshift/${String(index).padStart(size, 'r')}`,
    kind: 'autoshift',
    since,
    ...(zone < 0 ? { standing: 'recorded' as const } : {}),
  }));

/** As much as events may fill, with ARC's and a person's word beside it. */
const FULL: ZoneRecord = {
  generation: 7,
  zones: Array.from({ length: 10 }, (_, zone) => ({
    id: `use1-az${zone}`,
    name: `us-east-1${String.fromCharCode(97 + zone)}`,
    state: 'impaired' as const,
    sources: [
      { id: 'arc/1', kind: 'zonal-shift', since, via: 'arc' as const },
      ...told(zone),
      { id: 'operator', kind: 'operator', since, via: 'operator' as const, by: 'me', reason: 'why' },
    ],
  })),
  ended: { 'use1-az1 autoshift/x': since },
};

describe('a write that the API server finds too long', () => {
  const refusals: [string, (what: string) => KubeError][] = [
    ['422', (what) => new KubeError('kube.invalid', `replace: 422 Invalid: ${what}`, { status: 422 })],
    ['413', () => new KubeError('kube.invalid', 'replace: the server answered 413', { status: 413 })],
    [
      "etcd's refusal",
      () => new KubeError('kube.server', 'replace: 500: etcdserver: request is too large', { status: 500 }),
    ],
  ];

  it.each(refusals)('is made again with less of what events told (%s)', async (_, refusal) => {
    const other = 'o'.repeat(1024 * KIB - 24 * KIB);
    const configMap = filled(EMPTY_RECORD, { data: { 'other.txt': other } });
    configMap.refuseTooLong(refusal);
    const { store, dropped } = storeOver(configMap);
    const record = await store.update(() => FULL, never);
    expect(configMap.record).toEqual(record);
    expect(configMap.stored?.data).toMatchObject({ 'other.txt': other });
    expect(record.zones.map(({ state }) => state)).toEqual(FULL.zones.map(() => 'impaired'));
    for (const { sources } of record.zones)
      expect(sources.map(({ id }) => id)).toEqual(expect.arrayContaining(['arc/1', 'operator']));
    expect(dropped.reduce((sum, { sources }) => sum + sources, 0)).toBeGreaterThan(20);
  });

  it('makes room among annotations, too, and leaves those of others', async () => {
    const note = 'n'.repeat(256 * KIB - 2 * KIB);
    const ended = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`use1-az1 autoshift/${'e'.repeat(200)}${index}`, since]),
    );
    const configMap = filled(EMPTY_RECORD, { annotations: { note } });
    const record = await storeOver(configMap).store.update(() => ({ ...EMPTY_RECORD, ended }), never);
    expect(Object.keys(record.ended).length).toBeLessThan(20);
    expect(configMap.stored?.metadata.annotations).toMatchObject({ note });
  });

  it('lets go of the texts that were put aside for people first', async () => {
    const aside = { 'use1-az8.unreadable': 'x'.repeat(1000 * KIB), 'others.unreadable.yaml': 'theirs' };
    const configMap = filled(EMPTY_RECORD, { data: aside });
    const { store, dropped } = storeOver(configMap);
    const record = await store.update(() => FULL, never);
    expect(record).toEqual(FULL);
    expect(dropped).toEqual([]);
    expect(configMap.stored?.data).not.toHaveProperty(['use1-az8.unreadable']);
    expect(configMap.stored?.data).toHaveProperty(['others.unreadable.yaml']);
  });

  it('of a zone that nobody reads any more does not stay so either', async () => {
    const configMap = filled(EMPTY_RECORD, { data: { 'use1-az1': `"${'x'.repeat(1023 * KIB)}` } });
    const { store } = storeOver(configMap);
    store.seen({ ...FULL, zones: FULL.zones.slice(0, 2) });
    const record = await store.update(same, never);
    expect(record.zones.map(({ id }) => id)).toEqual(['use1-az1']);
    expect(configMap.record).toEqual(record);
  });

  it('is told as what it is where others have left no room at all, and is a write again when they have', async () => {
    const configMap = filled(EMPTY_RECORD, { data: { 'other.txt': 'o'.repeat(1024 * KIB) } });
    const { store } = storeOver(configMap);
    const shift = applying(start('use1-az1', 4));
    await expect(store.update(shift, never)).rejects.toMatchObject({
      code: 'record.full',
      message: expect.stringContaining('kubectl -n zonewarden edit configmap'),
    });
    const { 'other.txt': _gone, ...data } = { ...(configMap.stored?.data as Record<string, string>) };
    configMap.put({
      ...configMap.stored,
      metadata: { ...configMap.stored?.metadata, name: RECORD_NAME },
      data,
    });
    expect((await store.update(shift, never)).zones).toHaveLength(1);
  });

  it('asks no more often than there are rooms', async () => {
    const configMap = filled(EMPTY_RECORD, { data: { 'other.txt': 'o'.repeat(1024 * KIB) } });
    await storeOver(configMap)
      .store.update(() => FULL, never)
      .catch(() => undefined);
    expect(configMap.calls.filter((verb) => verb === 'replace').length).toBeLessThanOrEqual(8);
  });

  it('for another reason is thrown as it is', async () => {
    const configMap = filled(EMPTY_RECORD, {});
    configMap.failNext('replace', 'kube.forbidden');
    await expect(storeOver(configMap).store.update(() => FULL, never)).rejects.toMatchObject({
      code: 'kube.forbidden',
    });
  });
});

describe('a zone that loses all that counts for want of room', () => {
  it('is given back as at the end of a shift, in a record that can be read', async () => {
    const other = 'o'.repeat(1024 * KIB - KIB);
    const configMap = filled(EMPTY_RECORD, { data: { 'other.txt': other } });
    const zones = FULL.zones.map((zone, index) => ({ ...zone, sources: told(index) }));
    const { store } = storeOver(configMap);
    const record = await store.update(() => ({ ...FULL, zones }), never);
    expect(configMap.record).toEqual(record);
    expect(new Set(record.zones.map(({ state }) => state))).toEqual(new Set(['recovering']));
    expect(record.generation).toBe(8);
  });
});

describe('a record that an earlier version let grow', () => {
  const grown: ZoneRecord = {
    ...FULL,
    zones: FULL.zones.map((zone, index) => ({ ...zone, sources: told(index, 50, 1800) })),
  };

  it('is within its room after the next write, whatever that was for, and what went is told', async () => {
    const configMap = filled(grown, {});
    const { store, dropped } = storeOver(configMap);
    const record = await store.update(same, never);
    expect(configMap.record).toEqual(record);
    expect(Buffer.byteLength(JSON.stringify(encodeRecord(record)))).toBeLessThan(256 * KIB);
    expect(dropped).toHaveLength(10);
    expect(record.generation).toBe(7);
    expect(await store.update(same, never)).toEqual(record);
    expect(configMap.calls.filter((verb) => verb === 'replace')).toHaveLength(1);
  });

  it('takes what comes next', async () => {
    const configMap = filled(grown, {});
    const record = await storeOver(configMap).store.update(applying(start('use1-az1', 5)), never);
    const zone = record.zones.find(({ id }) => id === 'use1-az1');
    expect(zone?.sources.map(({ id }) => id)).toContain('autoshift/region');
  });
});
