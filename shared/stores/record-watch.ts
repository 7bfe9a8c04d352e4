import type { KubeClient } from '../kube/client.ts';
import { resources } from '../kube/resource.ts';
import { untilDone } from '../kube/until-done.ts';
import { decodeRecord, RECORD_NAME, type UnreadablePart } from '../record/record-document.ts';
import type { ZoneRecord } from '../record/zone-record.ts';
import { type Listenable, Listeners } from './listenable.ts';
import { oneObject } from './one-object.ts';
import { createStore } from './store.ts';
import type { StoreProblem } from './store-problem.ts';

/**
 * Every write is decided by the record: after an outage of the API server it is looked for again sooner than other
 * objects, whose watches may wait for up to 30 s. It is one small object, and a handful of processes look for it.
 */
const BACKOFF_CAP_MS = 5_000;

export interface RecordWatch extends Listenable {
  start(): void;
  stop(): Promise<void>;
  /** The last good record; `undefined` while none was seen. */
  current(): ZoneRecord | undefined;
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
  /** Parts of it cannot be read, and are what they were in the last good one. */
  onUnreadable?(parts: readonly UnreadablePart[]): void;
  /** Somebody deleted it. Called again until it does not throw, or the record is back. */
  onDeleted(): void | Promise<void>;
  onProblem(kind: StoreProblem['kind'], error: unknown): void;
}): RecordWatch {
  const { client, namespace, onUnreadable, onDeleted, onProblem } = options;
  let lastGood: ZoneRecord | undefined;
  const onThrow = (error: unknown) => onProblem('handler', error);
  const listeners = new Listeners();
  const store = createStore({
    client,
    kind: oneObject(resources.configMaps, { namespace, name: RECORD_NAME }, ({ metadata, data }) =>
      decodeRecord({ annotations: metadata.annotations, data }, lastGood),
    ),
    onProblem: ({ kind, error }) => onProblem(kind, error),
    tuning: { backoffCapMs: BACKOFF_CAP_MS },
  });
  /** Aborts when the record is back, and with the watch. */
  let absence = new AbortController();
  let tending = Promise.resolve();
  const tend = (signal: AbortSignal) => async () => {
    const attempt = async () => onDeleted();
    await untilDone(attempt, { signal, onFailure: onThrow, capMs: BACKOFF_CAP_MS }).catch(() => undefined);
  };
  let seen: ReturnType<typeof store.get>;
  store.listen(() => {
    const view = store.get(`${namespace}/${RECORD_NAME}`);
    if (view === seen) return;
    seen = view;
    absence.abort();
    if (view === undefined) {
      absence = new AbortController();
      tending = tending.then(tend(absence.signal));
      return;
    }
    lastGood = view.record;
    listeners.tell(onThrow);
    if (view.unreadable.length > 0) onUnreadable?.(view.unreadable);
  });
  return {
    start: () => store.start(),
    async stop() {
      absence.abort();
      await Promise.all([store.stop(), tending]);
    },
    listen: (changed) => listeners.listen(changed),
    current: () => lastGood,
    whenSynced: (signal) => store.whenListed(signal),
    get synced() {
      return store.known;
    },
    get lastHeardMs() {
      return store.lastHeardMs;
    },
  };
}
