import type { KubeClient } from '../kube/client.ts';
import { createListWatch, type ListWatchProblem } from '../kube/list-watch.ts';
import { resources } from '../kube/resource.ts';
import type { ImpairedRecord } from '../record/impaired-record.ts';
import { decodeRecord, RECORD_NAME, type UnreadablePart } from '../record/record-document.ts';

/**
 * Every write is decided by the record: after an outage of the API server it is looked for again sooner than other
 * objects, whose watches may wait for up to 30 s. It is one small object, and a handful of processes look for it.
 */
const BACKOFF_CAP_MS = 5_000;

export interface RecordWatch {
  start(): void;
  stop(): Promise<void>;
  /** The last good record; `undefined` while none was seen. */
  current(): ImpairedRecord | undefined;
  /** Resolves when the API server was asked at least once. @throws KubeError `kube.aborted` when the signal aborts first */
  whenSynced(signal?: AbortSignal): Promise<void>;
  /** Whether the API server was asked at least once, so that an absent record is known to be absent. */
  readonly synced: boolean;
  /** When the API server was last heard of, bookmarks included; milliseconds since the epoch. */
  readonly lastHeardMs: number | undefined;
}

/**
 * Watches the record of impaired zones and keeps the last good one. A record that is deleted or edited into something
 * unreadable changes nothing here: zones do not recover because a ConfigMap is gone, or a zone in it garbled.
 */
export function createRecordWatch(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  onRecord(record: ImpairedRecord): void;
  /** Parts of it cannot be read, and are what they were in the last good one. */
  onUnreadable?(parts: readonly UnreadablePart[]): void;
  /** Somebody deleted it. Called again until it does not throw. */
  onDeleted(): void | Promise<void>;
  onProblem(kind: ListWatchProblem['kind'], error: unknown): void;
}): RecordWatch {
  let lastGood: ImpairedRecord | undefined;
  const watch = createListWatch({
    client: options.client,
    type: resources.configMaps,
    query: { namespace: options.namespace, fieldSelector: `metadata.name=${RECORD_NAME}` },
    parse: (object) =>
      decodeRecord({ annotations: object.metadata.annotations, data: object.data }, lastGood),
    handlers: {
      onSet({ record, unreadable }) {
        lastGood = record;
        options.onRecord(record);
        if (unreadable.length > 0) options.onUnreadable?.(unreadable);
      },
      onDelete: () => options.onDeleted(),
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    tuning: { backoffCapMs: BACKOFF_CAP_MS },
  });
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    current: () => lastGood,
    whenSynced: (signal) => watch.whenSynced(signal),
    get synced() {
      return watch.synced;
    },
    get lastHeardMs() {
      return watch.lastEventAt;
    },
  };
}
