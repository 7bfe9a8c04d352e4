import { arcAutoshift } from './arc-autoshift.ts';
import { arcNotYet } from './arc-not-yet.ts';
import type { EventBridgeEvent } from './event.ts';
import type { ZoneSignal } from './signal.ts';

/**
 * What an event was read as. `signals`: changes of zones. `noted`: understood, and nothing to do. `malformed`: it
 * says to be something that we know and does not look like it. `foreign`: nobody here knows it.
 */
export type Reading =
  | { readonly kind: 'signals'; readonly signals: readonly ZoneSignal[] }
  | { readonly kind: 'noted'; readonly why: string }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'foreign' };

/** Reads the events of one family. One file a family; adding a source is adding a file and a line below. */
export interface SourceFamily {
  readonly source: string;
  readonly detailTypes: readonly string[];
  read(event: EventBridgeEvent): Exclude<Reading, { kind: 'foreign' }>;
}

const FAMILIES: readonly SourceFamily[] = [arcAutoshift, arcNotYet];

const byKey = new Map(
  FAMILIES.flatMap((family) =>
    family.detailTypes.map((detailType) => [keyOf(family.source, detailType), family] as const),
  ),
);

/** Reads an event through the family that is registered for its source and detail-type. */
export function readEvent(event: EventBridgeEvent): Reading {
  const family = byKey.get(keyOf(event.source, event['detail-type']));
  return family === undefined ? { kind: 'foreign' } : family.read(event);
}

/** Whether the pair is registered: only then may it become the value of a metric's label. */
export function isRegistered(source: string, detailType: string): boolean {
  return byKey.has(keyOf(source, detailType));
}

function keyOf(source: string, detailType: string): string {
  return `${source}\n${detailType}`;
}
