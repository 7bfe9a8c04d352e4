import type { SourceKind } from '../../shared/zones/impaired-set.ts';
import { REGION_SCOPE } from '../../shared/zones/zone-rules.ts';
import type { ArcAnswer, ArcTrouble, ArcZonalShift, Asked } from './arc-answer.ts';

/** One thing that ARC says now: a zone is shifted away from. */
export interface ArcFact {
  readonly zoneId: string;
  readonly id: string;
  readonly kind: SourceKind;
  /** RFC 3339. */
  readonly since: string;
  readonly until?: string;
  /** False: ARC has it and does not apply it, since at most one shift of a resource is (precedence). */
  readonly applied: boolean;
}

/** What ARC's API can be asked about: autoshifts of the Region, and the shifts of this cluster's own resource. */
export type ArcGroup = 'region' | 'resource';
export const ARC_GROUPS: readonly ArcGroup[] = ['region', 'resource'];

/** What one look at ARC found; a group is `undefined` where it could not be found out, which is not the same as none. */
export interface ArcLook {
  readonly askedAtMs: number;
  readonly region: readonly ArcFact[] | undefined;
  readonly resource: readonly ArcFact[] | undefined;
}

const KINDS: Readonly<Record<string, SourceKind>> = {
  ZONAL_SHIFT: 'zonal-shift',
  PRACTICE_RUN: 'practice-run',
  FIS_EXPERIMENT: 'fis-experiment',
  ZONAL_AUTOSHIFT: 'autoshift',
};

/** Reads an answer of ARC's. Pure. */
export function factsOf(answer: ArcAnswer): ArcLook {
  return { askedAtMs: answer.askedAtMs, region: regionFacts(answer), resource: resourceFacts(answer) };
}

/** Whether a group could not be found out, and why. `undefined`: it was, or nobody asked. */
export function troubleOf(answer: ArcAnswer, group: ArcGroup): ArcTrouble | undefined {
  if (group === 'region') return answer.autoshifts.ok ? undefined : answer.autoshifts.trouble;
  if (answer.resource === undefined || resourceFacts(answer) !== undefined) return undefined;
  return answer.resource.ok ? undefined : answer.resource.trouble;
}

function regionFacts({ autoshifts }: ArcAnswer): ArcFact[] | undefined {
  if (!autoshifts.ok) return undefined;
  return autoshifts.value.map(({ zoneId, since }) => ({
    zoneId,
    id: `arc/autoshift/${REGION_SCOPE}`,
    kind: 'autoshift',
    since,
    applied: true,
  }));
}

/**
 * The shifts of our resource: what GetManagedResource says, and what ListZonalShifts has beside it. Either is enough.
 * A resource that ARC does not know has no shifts: nobody can start one for it.
 */
function resourceFacts({ resource, zonalShifts }: ArcAnswer): ArcFact[] | undefined {
  const listed = answered(zonalShifts);
  if (resource?.ok !== true) {
    if (listed !== undefined) return byId(listed.map(zonalFact));
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
  return byId([...(listed ?? []).map(zonalFact), ...value.zonalShifts.map(zonalFact), ...autoshifts]);
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
    id: `arc/${shift.id}`,
    // A type of later years keeps its own name; the rules enforce what they do not know.
    kind: KINDS[type] ?? type.toLowerCase().replaceAll('_', '-'),
    since: shift.since,
    ...(shift.until === undefined ? {} : { until: shift.until }),
    applied: shift.applied !== false,
  };
}

/** The last of those with the same ID and zone. */
function byId(facts: readonly ArcFact[]): ArcFact[] {
  return [...new Map(facts.map((fact) => [`${fact.zoneId} ${fact.id}`, fact])).values()];
}
