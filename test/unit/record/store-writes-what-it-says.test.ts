import { describe, expect, it } from 'vitest';
import type { KubeErrorCode } from '../../../shared/kube/errors.ts';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { RECORD_NAME } from '../../../shared/record/record-document.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createRecordStore, type RecordChange } from '../../../shared/stores/record-store.ts';
import { ConfigMapInMemory } from './config-map-in-memory.ts';
import { activeIn, asOf, end, NOON, start } from './signals.ts';

const never = new AbortController().signal;
const same: RecordChange = (record) => record;

function applying(...signals: ZoneSignal[]): RecordChange {
  return (record) => applySignals(record, signals, () => undefined, asOf(NOON)).record;
}

function storeOver(configMap: ConfigMapInMemory, highest = 0) {
  const told: string[] = [];
  const store = createRecordStore({
    client: configMap,
    namespace: 'zonewarden',
    fieldManager: 'test',
    highestMark: async () => highest,
    onMended: (parts) => told.push(`mended ${parts.map(({ key }) => key).join(',')}`),
    onWrite: (record, how) => told.push(`${how} ${record.generation}`),
    onConflict: () => told.push('conflict'),
  });
  return { store, told };
}

const AWAY = applying(start('use1-az1', 4))(EMPTY_RECORD);

describe('the store of the record', () => {
  it('creates the ConfigMap where there is none, with a name, labels and the record', async () => {
    const configMap = new ConfigMapInMemory();
    const { store, told } = storeOver(configMap);
    const record = await store.update(applying(start('use1-az1', 4)), never);
    expect(configMap.record).toEqual(record);
    expect(activeIn(record)).toEqual(['use1-az1 autoshift/region']);
    expect(told).toEqual([`created ${record.generation}`]);
    expect(configMap.stored).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: RECORD_NAME,
        namespace: 'zonewarden',
        labels: { 'app.kubernetes.io/managed-by': 'zonewarden' },
      },
    });
  });

  it('starts above the highest generation that a NodePool names', async () => {
    const configMap = new ConfigMapInMemory();
    const record = await storeOver(configMap, 41).store.update(same, never);
    expect(record).toEqual({ ...EMPTY_RECORD, generation: 42 });
    expect(configMap.record).toEqual(record);
  });

  it('changes what is stored, and touches nothing else of the ConfigMap', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(applying(end('use1-az2', 3))(AWAY));
    const before = configMap.stored;
    configMap.put({
      ...before,
      metadata: {
        ...before?.metadata,
        labels: { team: 'sre' },
        annotations: { ...before?.metadata.annotations, note: 'kept' },
      },
    });
    const { store, told } = storeOver(configMap);
    const record = await store.update((stored) => ({ ...stored, ended: {} }), never);
    expect(configMap.record).toEqual({ ...AWAY, ended: {} });
    expect(configMap.record).toEqual(record);
    expect(configMap.stored?.metadata.labels).toEqual({ team: 'sre' });
    // What ended is forgotten for good: no annotation is left of it.
    expect(Object.keys(configMap.stored?.metadata.annotations ?? {}).sort()).toEqual([
      'note',
      'zonewarden.io/generation',
      'zonewarden.io/history',
    ]);
    expect(told).toEqual(['replaced 1']);
  });

  it('writes nothing where the change is none', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(AWAY);
    const { store, told } = storeOver(configMap);
    expect(await store.update(applying(start('use1-az1', 4)), never)).toEqual(AWAY);
    expect(configMap.calls).toEqual(['get']);
    expect(told).toEqual([]);
  });

  it('reads again and applies the change to what somebody else wrote in between', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(EMPTY_RECORD);
    for (let round = 1; round <= 3; round += 1) {
      configMap.beforeNext('replace', () =>
        configMap.putRecord(
          applying(start('use1-az1', 4), start('use1-az1', 4, `other-${round}`))(EMPTY_RECORD),
        ),
      );
    }
    const { store, told } = storeOver(configMap);
    const record = await store.update(applying(start('use1-az2', 5)), never);
    expect(activeIn(record)).toEqual([
      'use1-az1 autoshift/region',
      'use1-az1 other-3',
      'use1-az2 autoshift/region',
    ]);
    expect(configMap.record).toEqual(record);
    expect(told).toEqual(['conflict', 'conflict', 'conflict', 'replaced 2']);
  });

  it('takes over what somebody else created in between', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.beforeNext('create', () => configMap.putRecord(AWAY));
    const { store, told } = storeOver(configMap, 9);
    const record = await store.update(applying(start('use1-az2', 5)), never);
    expect(activeIn(record)).toEqual(['use1-az1 autoshift/region', 'use1-az2 autoshift/region']);
    expect(told).toEqual(['conflict', 'replaced 2']);
  });

  it('does not lose the record when it is deleted between read and write', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(AWAY);
    const { store, told } = storeOver(configMap, 7);
    await store.update(same, never);
    configMap.beforeNext('replace', () => configMap.remove());
    const record = await store.update(applying(start('use1-az2', 5)), never);
    expect(activeIn(record)).toEqual(['use1-az1 autoshift/region', 'use1-az2 autoshift/region']);
    expect(record.generation).toBeGreaterThan(7);
    expect(configMap.record).toEqual(record);
    expect(told).toEqual(['conflict', `created ${record.generation}`]);
  });

  it.each([
    ['what it wrote itself', undefined],
    ['what it was told that the record was', applying(start('use1-az3', 6))(AWAY)],
  ])('writes back %s when the ConfigMap is deleted, above the highest mark', async (_, seen) => {
    const configMap = new ConfigMapInMemory();
    const { store } = storeOver(configMap, 30);
    let last: ZoneRecord = await store.update(applying(start('use1-az1', 4), end('use1-az2', 3)), never);
    if (seen !== undefined) {
      store.seen(seen);
      last = seen;
    }
    configMap.remove();
    const record = await store.update(same, never);
    expect({ ...record, generation: last.generation }).toEqual(last);
    expect(record.generation).toBeGreaterThan(Math.max(30, last.generation));
    expect(configMap.record).toEqual(record);
  });

  it('mends what it cannot read, as it was last seen, and keeps what somebody wrote aside', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(AWAY);
    const { store, told } = storeOver(configMap);
    await store.update(same, never);
    const metadata = configMap.stored?.metadata ?? {};
    configMap.put({ metadata: { ...metadata, annotations: {} }, data: { 'use1-az1': 'x' } });
    const record = await store.update(same, never);
    expect(activeIn(record)).toEqual(['use1-az1 autoshift/region']);
    expect(record.generation).toBe(AWAY.generation);
    expect(configMap.record).toEqual(record);
    expect(configMap.stored?.data).toMatchObject({ 'use1-az1.unreadable': 'x' });
    expect(told.filter((line) => line.startsWith('mended'))).toEqual([
      'mended zonewarden.io/generation,use1-az1',
    ]);
  });

  it('puts a record without a generation that nobody remembers above every NodePool', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(AWAY);
    configMap.put({
      metadata: { ...configMap.stored?.metadata, annotations: {} },
      data: configMap.stored?.data,
    });
    const record = await storeOver(configMap, 41).store.update(same, never);
    expect([record.generation, activeIn(record)]).toEqual([42, ['use1-az1 autoshift/region']]);
  });

  it.each<['get' | 'create' | 'replace', KubeErrorCode]>([
    ['get', 'kube.unreachable'],
    ['get', 'kube.forbidden'],
    ['create', 'kube.server'],
    ['create', 'kube.forbidden'],
    ['replace', 'kube.timeout'],
    ['replace', 'kube.invalid'],
  ])('leaves a failing %s (%s) to the caller, with nothing changed', async (verb, code) => {
    const configMap = new ConfigMapInMemory();
    if (verb === 'replace') configMap.putRecord(AWAY);
    const before = configMap.record;
    configMap.failNext(verb, code);
    const { store, told } = storeOver(configMap);
    await expect(store.update(applying(start('use1-az2', 5)), never)).rejects.toMatchObject({ code });
    expect(configMap.record).toEqual(before);
    expect(told).toEqual([]);
  });

  it('makes no record while it cannot find out what the NodePools name', async () => {
    const configMap = new ConfigMapInMemory();
    const store = createRecordStore({
      client: configMap,
      namespace: 'zonewarden',
      fieldManager: 'test',
      highestMark: () => Promise.reject(new Error('no list')),
    });
    await expect(store.update(same, never)).rejects.toThrow('no list');
    expect(configMap.calls).toEqual(['get']);
  });

  it('stops trying when it is asked to', async () => {
    const configMap = new ConfigMapInMemory();
    configMap.putRecord(AWAY);
    const stopping = new AbortController();
    const alwaysLate = (): void => {
      configMap.putRecord(AWAY);
      configMap.beforeNext('replace', alwaysLate);
      if (configMap.calls.length > 10) stopping.abort();
    };
    configMap.beforeNext('replace', alwaysLate);
    const { store } = storeOver(configMap);
    await expect(store.update(applying(start('use1-az2', 5)), stopping.signal)).rejects.toThrow(/abort/i);
  });
});
