import { REGION_SCOPE } from '../settings/zone-rules.ts';
import type { RecordedSource, RecordedZone, UsedZones } from './zone-record.ts';

/** Whether anybody can write it who can write to the queue. */
export function isEvents({ via }: RecordedSource): boolean {
  return via === undefined || via === 'event';
}

/**
 * Whether something beside events knows of a zone: the cluster uses it, the account names it, or ARC or a person speaks of
 * it. No Region has more than some thirty zones; whoever makes up zone IDs has 10^30 of them.
 */
export function isKnownZone(zone: RecordedZone, used: UsedZones | undefined): boolean {
  const isUsed = used !== undefined && Object.hasOwn(used, zone.id);
  return (
    isUsed || zone.name !== undefined || zone.sources.some(({ via }) => via === 'arc' || via === 'operator')
  );
}

/** So many zones and sources of a zone are in one line of a log. */
const MOST_TOLD_ZONES = 20;
const MOST_TOLD_SOURCES = 4;

/** Zones as a line of a log has them: those that are enforced first, of each the sources that people and ARC speak of first. */
export function zonesInLine(zones: readonly RecordedZone[]): readonly RecordedZone[] {
  const isEnforced = ({ state }: RecordedZone) => state === 'impaired' || state === 'recovering';
  const told =
    zones.length <= MOST_TOLD_ZONES
      ? zones
      : [...zones].sort((a, b) => Number(isEnforced(b)) - Number(isEnforced(a)));
  return told.slice(0, MOST_TOLD_ZONES).map((zone) => {
    if (zone.sources.length <= MOST_TOLD_SOURCES) return zone;
    const first = [...zone.sources].sort(
      (a, b) => Number(isEvents(a)) - Number(isEvents(b)) || byWorth(b, a),
    );
    return { ...zone, sources: first.slice(0, MOST_TOLD_SOURCES) };
  });
}

/**
 * Orders sources by what is lost with them, the least first: what counts for nothing and never will, what waits for ARC's
 * word, what counts; among these what speaks for one resource before what speaks for the Region, and the older first.
 */
export function byWorth(left: RecordedSource, right: RecordedSource): number {
  return (
    rankOf(left) - rankOf(right) ||
    newestStart(left) - newestStart(right) ||
    // Something has to decide between equals, in whatever order they came.
    (left.id < right.id ? -1 : 1)
  );
}

function rankOf({ standing, id }: RecordedSource): number {
  const counts = standing === undefined ? 2 : standing === 'pending' ? 1 : 0;
  return 2 * counts + (isOfRegion(id) ? 1 : 0);
}

/** Whether a source's ID is a kind and the Region: a resource can be called `x/region`, and is one of many all the same. */
export function isOfRegion(id: string): boolean {
  const [, scope, ...more] = id.split('/', 3);
  return scope === REGION_SCOPE && more.length === 0;
}

function newestStart({ lastStart, since }: RecordedSource): number {
  return Date.parse(lastStart ?? since);
}
