import { sameJson } from '../json/same-json.ts';
import type { ZoneRules } from '../settings/zone-rules.ts';
import { isElsewhere } from './use-of-zone.ts';
import { ZONE_ID_PATTERN } from './zone-keys.ts';
import { countedAt, type RecordedSource, type RecordedZone, type ZoneRecord } from './zone-record.ts';
import { bySourceId, resolveStates, type StateContext } from './zone-states.ts';

/** Kind of the source that an impaired parent is to its children. */
export const PARENT_KIND = 'parent-zone';

/**
 * Local Zones and Wavelength Zones are impaired while their parent is, where the rules say so. Which zone is whose parent
 * comes from EC2 (DescribeAvailabilityZones, ParentZoneId): no name tells. Pure.
 *
 * @param parents child zone ID to parent zone ID
 */
export function followParents(
  record: ZoneRecord,
  parents: ReadonlyMap<string, string>,
  context: StateContext & {
    readonly rules: Pick<ZoneRules, 'childZones'>;
    nameOf(id: string): string | undefined;
  },
): ZoneRecord {
  const follow = context.rules.childZones === 'follow' ? parents : new Map<string, string>();
  const away = new Map(
    record.zones.filter((zone) => isAway(zone, context.nowMs)).map((zone) => [zone.id, zone] as const),
  );
  const wanted = new Map(
    [...follow].flatMap(([child, parent]) => {
      const zone = away.get(parent);
      return zone === undefined || child === parent || !ZONE_ID_PATTERN.test(child)
        ? []
        : [[child, parentSource(zone)] as const];
    }),
  );
  const zones = record.zones.map((zone) => withParent(zone, wanted.get(zone.id)));
  for (const [id, source] of wanted) {
    if (zones.some((zone) => zone.id === id)) continue;
    const name = context.nameOf(id);
    zones.push({ id, ...(name === undefined ? {} : { name }), state: 'recorded', sources: [source] });
  }
  if (sameJson(zones, record.zones)) return record;
  return resolveStates(record, { ...record, zones }, context);
}

/** A zone in which the cluster has nothing may have a child in which it has something. */
function isAway(zone: RecordedZone, nowMs: number): boolean {
  return zone.state === 'impaired' || (isElsewhere(zone) && countedAt(zone, nowMs).length > 0);
}

function withParent(zone: RecordedZone, wanted: RecordedSource | undefined): RecordedZone {
  const others = zone.sources.filter(({ kind, via }) => kind !== PARENT_KIND || via !== 'derived');
  const sources = wanted === undefined ? others : bySourceId([...others, wanted]);
  return sameJson(sources, zone.sources) ? zone : { ...zone, sources };
}

/** It lasts as long as its parent is impaired; of the parent's sources it takes the time only. */
function parentSource(parent: RecordedZone): RecordedSource {
  const since = parent.sources.map((source) => source.since).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  return {
    id: `parent/${parent.id}`,
    kind: PARENT_KIND,
    since: since ?? '1970-01-01T00:00:00Z',
    via: 'derived',
  };
}
