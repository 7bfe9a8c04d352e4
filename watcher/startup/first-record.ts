import { setTimeout as wait } from 'node:timers/promises';
import type { RecordStore } from '../../shared/stores/record-store.ts';
import type { RecordWatch } from '../../shared/stores/record-watch.ts';

/** Names and rules are better known before ARC's answer is written down; both are wanted, not waited for. */
const SURROUNDINGS_WAIT_MS = 5000;
/** How long to wait for ARC's answer before the record is made without it: meanwhile no event is heard. */
const REBUILD_LIMIT_MS = 30_000;
const RETRY_MS = 2000;

/** ARC's API, asked once. */
export interface AskedArc {
  /** Puts what ARC says into the record; tells whether it did, which it does only where nothing of it is missing. */
  lookOnce(signal: AbortSignal): Promise<boolean>;
}

export interface FirstRecordParts {
  readonly store: Pick<RecordStore, 'update'>;
  readonly record: Pick<RecordWatch, 'current' | 'whenSynced'>;
  /** `undefined` where ARC is not to be asked. */
  readonly arc: AskedArc | undefined;
  /** Whether a NodePool is changed: any bears a mark. */
  areMarked(signal: AbortSignal): Promise<boolean>;
  /** Resolves when zone names and rules are known. */
  surroundingsKnown(signal: AbortSignal): Promise<unknown>;
  onRebuild(): void;
  /** For tests that are in a hurry. */
  readonly tuning?: { readonly limitMs: number; readonly retryMs: number };
}

/**
 * Sees to it that there is a record. Where there is none although NodePools are changed, it was deleted while no watcher
 * ran: an empty one would give every zone back, until ARC is asked. So ARC is asked first, and what it says is in the first
 * write. Where ARC does not answer in time, an empty record is made after all.
 *
 * @throws KubeError, or the signal's reason
 */
export async function ensureRecord(parts: FirstRecordParts, signal: AbortSignal): Promise<void> {
  const { store, record, arc } = parts;
  await record.whenSynced(signal);
  if (record.current() === undefined && arc !== undefined && (await parts.areMarked(signal))) {
    parts.onRebuild();
    await parts.surroundingsKnown(AbortSignal.any([signal, AbortSignal.timeout(SURROUNDINGS_WAIT_MS)]));
    const { limitMs, retryMs } = parts.tuning ?? { limitMs: REBUILD_LIMIT_MS, retryMs: RETRY_MS };
    await untilLooked(arc, retryMs, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
  }
  await store.update((stored) => stored, signal);
}

async function untilLooked(arc: AskedArc, retryMs: number, limit: AbortSignal): Promise<void> {
  try {
    while (!(await arc.lookOnce(limit))) await wait(retryMs, undefined, { signal: limit });
  } catch (error) {
    if (!limit.aborted) throw error;
  }
}
