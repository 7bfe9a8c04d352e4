import { ZONE_ID_PATTERN } from '../../shared/record/zone-keys.ts';
import type { UsedZones } from '../../shared/record/zone-record.ts';
import type { ZonePlace } from '../../shared/views/node-class.ts';
import type { BelievedNames } from './believed-names.ts';

/**
 * The zones in which the cluster has subnets for new nodes, or Nodes. Pure.
 *
 * What nobody can place (a Node without labels, a name without an ID, no EC2NodeClass that tells subnets) is left out
 * where two zones or more are known all the same. Where fewer are known nothing is said: the guard would take the one
 * zone for all that there is and hold back its impairment.
 */
export function usedZones(
  places: Iterable<ZonePlace>,
  names: Pick<BelievedNames, 'nameOf' | 'idOf'>,
): UsedZones | undefined {
  const ids = new Set<string>();
  let complete = true;
  for (const place of places) {
    const id = idAt(place, names);
    if (id === undefined) complete = false;
    else ids.add(id);
  }
  if (ids.size === 0 || (ids.size === 1 && !complete)) return undefined;
  return Object.fromEntries([...ids].sort().map((id) => [id, names.nameOf(id) ?? '']));
}

function idAt({ zoneId, zoneName }: ZonePlace, names: Pick<BelievedNames, 'idOf'>): string | undefined {
  if (zoneId !== undefined && ZONE_ID_PATTERN.test(zoneId)) return zoneId;
  return zoneName === undefined ? undefined : names.idOf(zoneName);
}
