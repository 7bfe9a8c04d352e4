import { heldBack, usedByGuard } from './guard.ts';
import type { OrderedZone, Orders } from './orders.ts';
import { useOfZone } from './use-of-zone.ts';
import { effectiveAt, hasExpired, type RecordedZone, type ZoneRecord } from './zone-record.ts';

/**
 * The set that would be enforced if the rules said `enforce` for what they only record: the set in force, and every
 * zone that the rules alone keep from being impaired. `undefined` where there is none, so that nothing is computed for
 * nothing.
 *
 * What ARC does not apply or has yet to confirm is no part of it, because no rule would make that count; nor is a zone in
 * which the cluster has nothing. The guard holds back as it does without `maxImpairedZones`: rules are the watcher's.
 */
export function shadowAt(record: ZoneRecord, nowMs: number, maxImpairedZones?: number): Orders | undefined {
  const recorded = record.zones
    .filter((zone) => useOfZone(zone, record.reach)?.use !== 'elsewhere')
    .flatMap((zone) => asImpaired(zone, nowMs));
  if (recorded.length === 0) return undefined;
  const { zones, ...rest } = effectiveAt(record, nowMs);
  const standing = zones.filter(({ state }) => state === 'impaired');
  const held = heldBack(
    [...standing.map((zone) => guarded(zone, true)), ...recorded.map((zone) => guarded(zone, false))],
    usedByGuard(record.used, record.zones),
    maxImpairedZones,
  );
  const shadows = recorded.filter(({ id }) => !held.has(id));
  if (shadows.length === 0) return undefined;
  return { ...rest, zones: [...zones, ...shadows].sort((left, right) => (left.id < right.id ? -1 : 1)) };
}

/** The zones of a shadow set that are in it only because it is one. */
export function onlyInShadow(shadow: Orders, set: Orders): OrderedZone[] {
  return shadow.zones.filter(({ id }) => !set.zones.some((zone) => zone.id === id));
}

function asImpaired(zone: RecordedZone, nowMs: number): OrderedZone[] {
  if (zone.state !== 'recorded') return [];
  const sources = zone.sources.filter(
    (source) => source.standing === 'recorded' && !hasExpired(source, nowMs),
  );
  return sources.length === 0 ? [] : [{ ...zone, state: 'impaired', sources }];
}

function guarded({ id, sources }: OrderedZone, standing: boolean) {
  const since = sources.map((source) => source.since).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? '';
  return { id, standing, forced: false, since };
}
