import type { Concern } from '../home/elsewhere.ts';
import type { ZoneSignal } from '../record/signal.ts';
import type { EventBridgeEvent } from './event.ts';

/**
 * What an event was read as. `signals`: changes of zones. `look`: something changed, and only ARC's API can tell what.
 * `noted`: understood, and nothing to do. `malformed`: it says to be something that we know and does not look like it.
 * `foreign`: nobody here knows it.
 */
export type Reading =
  | { readonly kind: 'signals'; readonly signals: readonly ZoneSignal[] }
  | { readonly kind: 'look'; readonly why: string }
  | { readonly kind: 'noted'; readonly why: string }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'foreign' };

/** Reads the events of one family. One file a family; adding a source is adding a file and a line in registry.ts. */
export interface SourceFamily {
  readonly source: string;
  readonly detailTypes: readonly string[];
  /** Whom its events concern. */
  readonly reach: Concern;
  read(event: EventBridgeEvent): Exclude<Reading, { kind: 'foreign' }>;
}
