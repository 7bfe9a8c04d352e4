import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from '../../shared/kube/backoff.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { EMPTY_RECORD, type ImpairedRecord } from '../../shared/zones/impaired-record.ts';
import {
  decodeRecord,
  ENDED_ANNOTATION,
  encodeRecord,
  RECORD_NAME,
} from '../../shared/zones/record-document.ts';

const FIELD_MANAGER = 'zonewarden-watcher';

/** A change of the record; the same object back means no change. */
export type RecordChange = (record: ImpairedRecord) => ImpairedRecord;

export interface RecordStore {
  /**
   * Makes a change durable: read, change, write with the resourceVersion as guard, again when somebody was faster.
   * Resolves with the record as stored; when it resolves without a write, what is stored was already so.
   * @throws KubeError when the API server cannot be reached or refuses; RecordUnreadableError when what is stored
   * is not ours to read and nothing better is known
   */
  update(change: RecordChange, signal: AbortSignal): Promise<ImpairedRecord>;
  /** Tells the store what the record was last seen to be: what it writes back when somebody deletes the ConfigMap. */
  seen(record: ImpairedRecord): void;
}

export interface RecordStoreOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** The highest generation that any NodePool names: a record that is made anew starts above it. */
  highestMark(signal: AbortSignal): Promise<number>;
  onWrite?(record: ImpairedRecord, how: 'created' | 'replaced'): void;
  onConflict?(): void;
}

/** Keeps the record of impaired zones in its ConfigMap. The ConfigMap is the only truth; nothing is cached. */
export function createRecordStore(options: RecordStoreOptions): RecordStore {
  let lastSeen: ImpairedRecord | undefined;
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
  lastSeen: ImpairedRecord | undefined,
  signal: AbortSignal,
): Promise<ImpairedRecord | undefined> {
  const stored = await read(options, signal);
  if (stored === undefined) return createAnew(options, change, lastSeen, signal);
  const before = decodeRecord({ annotations: stored.metadata.annotations, data: stored.data });
  const after = change(before);
  if (after === before) return before;
  try {
    await options.client.replace(resources.configMaps, withRecord(stored, after), {
      signal,
      fieldManager: FIELD_MANAGER,
    });
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return undefined;
    throw error;
  }
  options.onWrite?.(after, 'replaced');
  return after;
}

async function read(options: RecordStoreOptions, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    return await options.client.get(
      resources.configMaps,
      { namespace: options.namespace, name: RECORD_NAME },
      { signal },
    );
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * There is no record. What this process last saw is written back, so that deleting the ConfigMap ends no shift;
 * either way above every generation that a NodePool names, or the new record would be taken for an older one.
 */
async function createAnew(
  options: RecordStoreOptions,
  change: RecordChange,
  lastSeen: ImpairedRecord | undefined,
  signal: AbortSignal,
): Promise<ImpairedRecord | undefined> {
  const base = lastSeen ?? EMPTY_RECORD;
  const generation = Math.max(base.generation, await options.highestMark(signal)) + 1;
  const after = change({ ...base, generation });
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: RECORD_NAME, namespace: options.namespace, labels: LABELS },
  };
  try {
    await options.client.create(resources.configMaps, withRecord(object, after), {
      signal,
      fieldManager: FIELD_MANAGER,
    });
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
  options.onWrite?.(after, 'created');
  return after;
}

const LABELS = {
  'app.kubernetes.io/name': 'zonewarden',
  'app.kubernetes.io/component': 'watcher',
  'app.kubernetes.io/managed-by': 'zonewarden',
};

function withRecord(object: KubeObject, record: ImpairedRecord): KubeObject {
  const { annotations, data } = encodeRecord(record);
  const { [ENDED_ANNOTATION]: _before, ...others } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations: { ...others, ...annotations } }, data };
}
