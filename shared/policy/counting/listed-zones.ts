import { allowsZone, type NamedZone } from '../../catalog/matches.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../record/zone-keys.ts';
import { listed } from '../../requirements/allowed-values.ts';
import { allowedFor, type RequirementMap } from '../../requirements/requirement-map.ts';

/**
 * The zones that requirements list, by name or by ID; `undefined` where they list none and any zone is open.
 * What is known of their other names is used, and what nobody knows stays empty. Where both keys list zones the shorter
 * list bounds how many there can be.
 */
export function listedZones(map: RequirementMap, known: readonly NamedZone[]): NamedZone[] | undefined {
  // From the last one on, so that the first of a name holds.
  const named = new Map(known.toReversed().map((zone) => [zone.name, zone]));
  const withId = new Map(known.toReversed().map((zone) => [zone.id, zone]));
  const names = listed(allowedFor(map, ZONE_NAME_KEY));
  const ids = listed(allowedFor(map, ZONE_ID_KEY));
  if (names === undefined && ids === undefined) return undefined;
  const byName = (names ?? []).map((name) => named.get(name) ?? { id: '', name });
  const byId = (ids ?? []).map((id) => withId.get(id) ?? { id, name: '' });
  const shorter = names === undefined || (ids !== undefined && ids.length < names.length) ? byId : byName;
  return shorter.filter((zone) => allowsZone(map, zone));
}

/** `us-east-1a (use1-az1)`, or the one of the two that is known. */
export function zoneWords({ id, name }: NamedZone): string {
  if (name === '') return id;
  return id === '' ? name : `${name} (${id})`;
}

/** Whether two zones are the same place, as far as their names tell. */
export function isSameZone(left: NamedZone, right: NamedZone): boolean {
  if (left.id !== '' && right.id !== '') return left.id === right.id;
  return left.name !== '' && left.name === right.name;
}
