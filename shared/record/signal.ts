import type { SourceKind } from './orders.ts';

/**
 * What an event says about a zone, in the watcher's own words. Times are the event's, in RFC 3339: queues repeat
 * and reorder, so that only the sender's clock can order what it sent.
 */
export interface ZoneSignal {
  readonly change: 'start' | 'end';
  readonly zoneId: string;
  /** `<kind>/<scope>`: the scope is `region`, or the resource that the event names. */
  readonly source: { readonly id: string; readonly kind: SourceKind };
  readonly at: string;
  /** When it ends by itself, where the event tells. */
  readonly until?: string;
}
