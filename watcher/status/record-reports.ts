import type { Logger } from '../../shared/process/logger.ts';
import type { ImpairedRecord } from '../../shared/record/impaired-record.ts';
import type { UnreadablePart } from '../../shared/record/record-document.ts';
import type { WatcherMetrics } from '../metrics.ts';

/** What the record says, as metrics; all of them are set anew each time. */
export function showRecord(metrics: WatcherMetrics, record: ImpairedRecord): void {
  metrics.setGeneration.set(record.generation);
  metrics.zoneSources.reset();
  metrics.heldBack.set(record.zones.filter(({ state }) => state === 'held').length);
  for (const { id, sources } of record.zones) {
    for (const { kind, standing } of sources)
      metrics.zoneSources.inc({ zone_id: id, kind, standing: standing ?? 'counts' });
  }
}

/** Somebody wrote what nobody can read. */
export function logUnreadable(log: Logger, parts: readonly UnreadablePart[]): void {
  for (const { key, error } of parts)
    log.warn(
      { event: 'record-unreadable', key, error: error.message },
      'a part of the record cannot be read',
    );
}
