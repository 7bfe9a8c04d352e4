import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import { isAlreadyExists, isConflict, isNotFound, orAbsent } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { resources } from '../kube/resource.ts';
import {
  type DecodedRecord,
  decodeRecord,
  RECORD_NAME,
  RecordUnreadableError,
  type UnreadablePart,
  withRecord,
} from '../record/record-document.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../record/zone-record.ts';

/** A change of the record; the same object back means no change. */
export type RecordChange = (record: ZoneRecord) => ZoneRecord;

export interface RecordStore {
  /**
   * Makes a change durable: read, change, write with the resourceVersion as guard, again when somebody was faster.
   * Resolves with the record as stored; when it resolves without a write, what is stored was already so. What cannot be
   * read in it is mended on the way: as it was last seen, with the text that somebody wrote kept aside.
   * @throws KubeError when the API server cannot be reached or refuses
   */
  update(change: RecordChange, signal: AbortSignal): Promise<ZoneRecord>;
  /** Tells the store what the record was last seen to be: what it writes back when somebody deletes the ConfigMap. */
  seen(record: ZoneRecord): void;
}

export interface RecordStoreOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Who writes, in managedFields. */
  readonly fieldManager: string;
  /** The highest generation that any NodePool names: a record that is made anew starts above it. */
  highestMark(signal: AbortSignal): Promise<number>;
  /** Parts that could not be read were put right. */
  onMended?(parts: readonly UnreadablePart[]): void;
  onWrite?(record: ZoneRecord, how: 'created' | 'replaced'): void;
  onConflict?(): void;
}

/** Keeps the record of impaired zones in its ConfigMap. The ConfigMap is the only truth; nothing is cached. */
export function createRecordStore(options: RecordStoreOptions): RecordStore {
  let lastSeen: ZoneRecord | undefined;
  return {
    seen(record) {
      lastSeen = record;
    },
    async update(change, signal) {
      const backoff = createBackoff({ baseMs: 10, capMs: 1000 });
      for (;;) {
        const result = await tryOnce(options, change, lastSeen, signal);
        if (result !== undefined) {
          lastSeen = result;
          return result;
        }
        options.onConflict?.();
        await wait(backoff.next(), undefined, { signal });
      }
    },
  };
}

/** One round; `undefined` when somebody else wrote in between. */
async function tryOnce(
  options: RecordStoreOptions,
  change: RecordChange,
  lastSeen: ZoneRecord | undefined,
  signal: AbortSignal,
): Promise<ZoneRecord | undefined> {
  const at = { namespace: options.namespace, name: RECORD_NAME };
  const stored = await orAbsent(options.client.get(resources.configMaps, at, { signal }));
  if (stored === undefined) return createAnew(options, change, lastSeen, signal);
  const { record: before, unreadable } = await decode(options, stored, lastSeen, signal);
  const after = change(before);
  if (after === before && unreadable.length === 0) return before;
  try {
    await options.client.replace(resources.configMaps, carrying(stored, after, unreadable), {
      signal,
      fieldManager: options.fieldManager,
    });
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return undefined;
    throw error;
  }
  if (unreadable.length > 0) options.onMended?.(unreadable);
  options.onWrite?.(after, 'replaced');
  return after;
}

/** Where not even the generation is to be had from anywhere, it is put above every one that a NodePool names. */
async function decode(
  options: RecordStoreOptions,
  stored: KubeObject,
  lastSeen: ZoneRecord | undefined,
  signal: AbortSignal,
): Promise<DecodedRecord> {
  const document = { annotations: stored.metadata.annotations, data: stored.data };
  try {
    return decodeRecord(document, lastSeen);
  } catch (error) {
    if (!(error instanceof RecordUnreadableError)) throw error;
    const generation = (await options.highestMark(signal)) + 1;
    return decodeRecord(document, { ...EMPTY_RECORD, generation });
  }
}

/**
 * There is no record. What this process last saw is written back, so that deleting the ConfigMap ends no shift;
 * either way above every generation that a NodePool names, or the new record would be taken for an older one.
 */
async function createAnew(
  options: RecordStoreOptions,
  change: RecordChange,
  lastSeen: ZoneRecord | undefined,
  signal: AbortSignal,
): Promise<ZoneRecord | undefined> {
  const base = lastSeen ?? EMPTY_RECORD;
  const generation = Math.max(base.generation, await options.highestMark(signal)) + 1;
  const after = change({ ...base, generation });
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: RECORD_NAME, namespace: options.namespace, labels: WATCHER_LABELS },
  };
  try {
    await options.client.create(resources.configMaps, carrying(object, after), {
      signal,
      fieldManager: options.fieldManager,
    });
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
  options.onWrite?.(after, 'created');
  return after;
}

/** Of each ConfigMap that the watcher makes. */
export const WATCHER_LABELS = {
  'app.kubernetes.io/name': 'zonewarden',
  'app.kubernetes.io/component': 'watcher',
  'app.kubernetes.io/managed-by': 'zonewarden',
};

function carrying(object: KubeObject, record: ZoneRecord, aside: readonly UnreadablePart[] = []): KubeObject {
  const { annotations, data } = withRecord(
    { annotations: object.metadata.annotations, data: object.data },
    record,
    aside,
  );
  return { ...object, metadata: { ...object.metadata, annotations }, data };
}
