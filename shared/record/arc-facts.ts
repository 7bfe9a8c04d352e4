import { REGION_SCOPE } from '../settings/zone-rules.ts';
import type { ArcAnswer, ArcTrouble, ArcZonalShift, Asked } from './arc-answer.ts';
import { cut, KIND_BYTES } from './bounded-text.ts';
import type { SourceKind } from './orders.ts';
import { shortName } from './source-name.ts';

/** One thing that ARC says now: a zone is shifted away from. */
export interface ArcFact {
  readonly zoneId: string;
  readonly id: string;
  readonly kind: SourceKind;
  /** RFC 3339. */
  readonly since: string;
  readonly until?: string;
  /**
   * False: ARC has it and does not apply it, since at most one shift of a resource is (precedence). `undefined`:
   * ListZonalShifts alone told of it, which does not say.
   */
  readonly applied: boolean | undefined;
}

/** What ARC's API can be asked about: autoshifts of the Region, and the shifts of this cluster's own resource. */
export type ArcGroup = 'region' | 'resource';
export const ARC_GROUPS: readonly ArcGroup[] = ['region', 'resource'];

/** What one look at ARC found; a group is `undefined` where it could not be found out, which is not the same as none. */
export interface ArcLook {
  readonly askedAtMs: number;
  readonly region: readonly ArcFact[] | undefined;
  readonly resource: readonly ArcFact[] | undefined;
  /** GetManagedResource did not answer: `resource` is what ListZonalShifts has, and that has no autoshifts. */
  readonly listOnly?: true;
}

const KINDS: Readonly<Record<string, SourceKind>> = {
  ZONAL_SHIFT: 'zonal-shift',
  PRACTICE_RUN: 'practice-run',
  FIS_EXPERIMENT: 'fis-experiment',
  ZONAL_AUTOSHIFT: 'autoshift',
};

/** Reads an answer of ARC's. Pure. */
export function factsOf(answer: ArcAnswer): ArcLook {
  const { askedAtMs, resource } = answer;
  const isListOnly = resource?.ok === false && !isUnknownToArc(resource);
  return {
    askedAtMs,
    region: regionFacts(answer),
    resource: resourceFacts(answer),
    ...(isListOnly ? { listOnly: true } : {}),
  };
}

/** Whether a group could not be found out, and why. `undefined`: it was, or nobody asked. */
export function troubleOf(answer: ArcAnswer, group: ArcGroup): ArcTrouble | undefined {
  if (group === 'region') return answer.autoshifts.ok ? undefined : answer.autoshifts.trouble;
  if (answer.resource === undefined || resourceFacts(answer) !== undefined) return undefined;
  return answer.resource.ok ? undefined : answer.resource.trouble;
}

function regionFacts({ autoshifts }: ArcAnswer): ArcFact[] | undefined {
  if (!autoshifts.ok) return undefined;
  return onePerZone(
    autoshifts.value.map(({ zoneId, since }) => ({
      zoneId,
      id: `arc/autoshift/${REGION_SCOPE}`,
      kind: 'autoshift',
      since,
      applied: true,
    })),
  );
}

/**
 * The shifts of our resource: what GetManagedResource says, and what ListZonalShifts has beside it (see `listOnly`).
 * A resource that ARC does not know has no shifts: nobody can start one for it.
 */
function resourceFacts({ resource, zonalShifts }: ArcAnswer): ArcFact[] | undefined {
  const listed = answered(zonalShifts);
  if (resource?.ok !== true) {
    if (listed !== undefined) return mostOf(byId(listed.map(zonalFact)));
    return resource !== undefined && isUnknownToArc(resource) ? [] : undefined;
  }
  const { value } = resource;
  const autoshifts = value.autoshifts.map(
    ({ zoneId, since, applied }): ArcFact => ({
      zoneId,
      id: 'arc/autoshift/resource',
      kind: 'autoshift',
      since,
      applied: applied !== false,
    }),
  );
  // Of two that are the same, GetManagedResource tells more: whether it is applied.
  const known = value.zonalShifts.map((shift) => zonalFact({ ...shift, applied: shift.applied !== false }));
  return mostOf(byId([...(listed ?? []).map(zonalFact), ...known, ...onePerZone(autoshifts)]));
}

/** One resource has one shift that is applied, and some that are not; an answer of thousands has no room in the record. */
const MOST_FACTS = 200;

/** What is applied, and the newest of the rest. */
function mostOf(facts: ArcFact[]): ArcFact[] {
  if (facts.length <= MOST_FACTS) return facts;
  const weight = ({ applied }: ArcFact) => (applied === false ? 0 : 1);
  return facts
    .sort((one, other) => weight(other) - weight(one) || Date.parse(other.since) - Date.parse(one.since))
    .slice(0, MOST_FACTS);
}

function isUnknownToArc(asked: Asked<unknown>): boolean {
  return !asked.ok && asked.trouble === 'not-registered';
}

function answered<T>(asked: Asked<T> | undefined): T | undefined {
  return asked?.ok ? asked.value : undefined;
}

function zonalFact(shift: ArcZonalShift): ArcFact {
  const type = shift.type ?? 'ZONAL_SHIFT';
  return {
    zoneId: shift.zoneId,
    id: shortName(`arc/${shift.id}`),
    // A type of later years keeps its own name; the rules enforce what they do not know.
    kind: KINDS[type] ?? cut(type.toLowerCase().replaceAll('_', '-'), KIND_BYTES),
    since: shift.since,
    ...(shift.until === undefined ? {} : { until: shift.until }),
    applied: shift.applied,
  };
}

/**
 * Autoshifts have no ID of their own, and a list that changes between two pages has one twice. The newest that is
 * applied stands for all of its zone: ends of the earlier ones say nothing about it.
 */
function onePerZone(facts: readonly ArcFact[]): ArcFact[] {
  const weight = ({ applied }: ArcFact) => (applied === false ? 0 : 1);
  return byId(
    [...facts].sort(
      (left, right) => weight(left) - weight(right) || Date.parse(left.since) - Date.parse(right.since),
    ),
  );
}

/** The last of those with the same ID and zone. */
function byId(facts: readonly ArcFact[]): ArcFact[] {
  return [...new Map(facts.map((fact) => [`${fact.zoneId} ${fact.id}`, fact])).values()];
}
