import type { ZoneRef } from '../../shared/record/operator-shift.ts';
import { ZONE_ID_PATTERN } from '../../shared/record/zone-keys.ts';

/**
 * All zone IDs of AWS end in this: `use1-az1`, `usw2-lax1-az1`, `use1-wl1-bos-wlz1`. Only asked of what a person forces:
 * that a name is not written where an ID belongs.
 */
const ID_END = /-(?:az|wlz)\d+$/;

/** The zones with that ID or that name: one is the answer, more are a contradiction. */
export function matchZone(text: string, known: readonly ZoneRef[]): ZoneRef[] {
  const ids = known.filter(({ id, name }) => id === text || name === text).map(({ id }) => id);
  return zonesById(known).filter(({ id }) => ids.includes(id));
}

/** Whether a text has the form of a zone ID. */
export function isLikeAnId(text: string): boolean {
  return ZONE_ID_PATTERN.test(text) && ID_END.test(text);
}

/** A zone by its ID, with its name where it has one. */
export function zoneRef(id: string, name: string | undefined): ZoneRef {
  return name === undefined || name === '' ? { id } : { id, name };
}

/** One entry an ID, with the first name that is told for it, sorted by ID. */
export function zonesById(known: readonly ZoneRef[]): ZoneRef[] {
  const names = new Map<string, string | undefined>();
  for (const { id, name } of known) names.set(id, names.get(id) ?? name);
  return [...names]
    .map(([id, name]) => zoneRef(id, name))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}
