import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import { isAlreadyExists, isLost, isTooLong, orAbsent, unless } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { resources } from '../kube/resource.ts';
import { makeRoom, SMALLER_ROOMS } from '../record/make-room.ts';
import {
  type DecodedRecord,
  decodeRecord,
  RECORD_NAME,
  RecordUnreadableError,
  type UnreadablePart,
  withRecord,
} from '../record/record-document.ts';
import { type Dropped, type InRoom, RECORD_ROOM } from '../record/record-room.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../record/zone-record.ts';

import { RecordFullError } from './record-full-error.ts';

/** A change of the record; the same object back means no change. */
export type RecordChange = (record: ZoneRecord) => ZoneRecord;

export interface RecordStore {
  /**
   * Makes a change durable: read, change, write with the resourceVersion as guard, again when somebody was faster.
   * Resolves with the record as stored; when it resolves without a write, what is stored was already so. What cannot be
   * read in it is mended on the way: as it was last seen, with the text that somebody wrote kept aside.
   * What has no room in it goes, events first.
   * @throws KubeError when the API server cannot be reached or refuses
   * @throws RecordFullError when others have filled the ConfigMap
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
  /** So many sources of zones had no room, and are not in the record any more. */
  onDropped?(dropped: readonly Dropped[]): void;
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
  // An earlier version let it grow.
  const inRoom = makeRoom(before, RECORD_ROOM, Date.now());
  const after = makeRoom(change(inRoom.record), RECORD_ROOM, Date.now());
  if (after.record === before && unreadable.length === 0) return before;
  const written = await unless(isLost, replaceWithRoom(options, stored, after.record, unreadable, signal));
  if (written === undefined) return undefined;
  const dropped = [...inRoom.dropped, ...after.dropped, ...written.dropped];
  if (dropped.length > 0) options.onDropped?.(dropped);
  if (unreadable.length > 0) options.onMended?.(unreadable);
  options.onWrite?.(written.record, 'replaced');
  return written.record;
}

/**
 * Writes the record, and a smaller one for as long as the API server finds the object too long: somebody else may have
 * filled the same ConfigMap. Texts that were put aside for people go first.
 *
 * @throws RecordFullError where not even the smallest has room
 */
async function replaceWithRoom(
  { client, fieldManager }: RecordStoreOptions,
  stored: KubeObject,
  record: ZoneRecord,
  unreadable: readonly UnreadablePart[],
  signal: AbortSignal,
): Promise<InRoom> {
  const replace = (smaller: ZoneRecord, aside: readonly UnreadablePart[] | 'none') =>
    client.replace(resources.configMaps, carrying(stored, smaller, aside), { signal, fieldManager });
  const asItIs = { record, dropped: [] };
  try {
    await replace(record, unreadable);
    return asItIs;
  } catch (error) {
    if (!isTooLong(error)) throw error;
  }
  const smaller = SMALLER_ROOMS.map((room) => makeRoom(record, room, Date.now()));
  let cause: unknown;
  for (const inRoom of [asItIs, ...smaller]) {
    try {
      await replace(inRoom.record, 'none');
      return inRoom;
    } catch (error) {
      if (!isTooLong(error)) throw error;
      cause = error;
    }
  }
  throw new RecordFullError(cause);
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
  const { record: after } = makeRoom(change({ ...base, generation }), RECORD_ROOM, Date.now());
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: RECORD_NAME, namespace: options.namespace, labels: WATCHER_LABELS },
  };
  const { client, fieldManager } = options;
  const write = client.create(resources.configMaps, carrying(object, after), { signal, fieldManager });
  if ((await unless(isAlreadyExists, write)) === undefined) return undefined;
  options.onWrite?.(after, 'created');
  return after;
}

/** Of each ConfigMap that the watcher makes. */
export const WATCHER_LABELS = {
  'app.kubernetes.io/name': 'zonewarden',
  'app.kubernetes.io/component': 'watcher',
  'app.kubernetes.io/managed-by': 'zonewarden',
};

function carrying(
  object: KubeObject,
  record: ZoneRecord,
  aside: readonly UnreadablePart[] | 'none' = [],
): KubeObject {
  const { annotations, data } = withRecord(
    { annotations: object.metadata.annotations, data: object.data },
    record,
    aside,
  );
  return { ...object, metadata: { ...object.metadata, annotations }, data };
}
