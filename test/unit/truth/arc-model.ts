import type { ArcAnswer, ArcTrouble, ArcZonalShift, Asked } from '../../../shared/record/arc-answer.ts';
import { ArcApiError, type ArcOperation } from '../../../watcher/controllers/arc/arc-trouble.ts';
import type { Operation } from './steps.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '111122223333';
export const STRANGER = '222233334444';
export const OURS = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/ours`;

export type ModelKind = 'autoshift' | 'zonal-shift' | 'practice-run' | 'fis-experiment';

/** A shift as ARC has it. Times in virtual milliseconds since the epoch. */
export interface ModelShift {
  readonly id: string;
  readonly kind: ModelKind;
  readonly zone: string;
  /** Whether it concerns our resource; an autoshift that does not is one of the Region alone. */
  readonly ours: boolean;
  /** Names in the `resources` of its events; `region`: the observer's. */
  readonly names: readonly string[];
  /** The same, of events of another account. */
  readonly namesElsewhere: readonly string[];
  readonly start: number;
  /** Each extension as it was known from a moment on. */
  readonly untils: { readonly from: number; readonly until: number }[];
  end: number | undefined;
}

const TYPES = {
  'zonal-shift': 'ZONAL_SHIFT',
  'practice-run': 'PRACTICE_RUN',
  'fis-experiment': 'FIS_EXPERIMENT',
  autoshift: 'ZONAL_AUTOSHIFT',
} as const;
const RANK: Readonly<Record<ModelKind, number>> = {
  'zonal-shift': 0,
  autoshift: 1,
  'practice-run': 2,
  'fis-experiment': 3,
};
const NAMES: Readonly<Record<Operation, ArcOperation>> = {
  autoshifts: 'ListAutoshifts',
  zonalShifts: 'ListZonalShifts',
  resource: 'GetManagedResource',
};

/** ARC, as far as it can be seen: who shifts what, which of it is applied, and what its API answers. */
export class ArcModel {
  readonly shifts: ModelShift[] = [];
  /** Its answers are as old as this, in ms. */
  lagMs = 0;
  readonly troubles = new Map<Operation, { readonly trouble: ArcTrouble; readonly untilMs: number }>();
  /** Operations whose next answer is empty by mistake. */
  readonly mistakes = new Set<Operation>();

  active(atMs: number): ModelShift[] {
    return this.shifts.filter(
      (shift) =>
        shift.start <= atMs &&
        (shift.end === undefined || shift.end > atMs) &&
        (untilAt(shift, atMs) ?? Number.POSITIVE_INFINITY) > atMs,
    );
  }

  /** The one shift that is in force for our resource. */
  applied(atMs: number): ModelShift | undefined {
    return this.active(atMs)
      .filter(({ ours }) => ours)
      .sort((left, right) => RANK[left.kind] - RANK[right.kind] || left.start - right.start)[0];
  }

  isTroubled(atMs: number): boolean {
    for (const [operation, { untilMs }] of this.troubles)
      if (untilMs <= atMs) this.troubles.delete(operation);
    return this.troubles.size > 0;
  }

  /** @param clockMs what the asker's clock says */
  answer(atMs: number, clockMs: number, hasArn: boolean): ArcAnswer {
    const seenMs = atMs - this.lagMs;
    const active = this.active(seenMs);
    const applied = this.applied(seenMs);
    const own = active.filter(({ ours }) => ours);
    const zonal = (shift: ModelShift, isApplied: boolean | undefined): ArcZonalShift => {
      const until = untilAt(shift, seenMs);
      return {
        id: shift.id,
        zoneId: shift.zone,
        type: TYPES[shift.kind],
        since: time(shift.start),
        until: until === undefined ? undefined : time(until),
        applied: isApplied,
      };
    };
    const autoshift = ({ zone, start }: ModelShift) => ({ zoneId: zone, since: time(start) });
    const shifts = own.filter(({ kind }) => kind !== 'autoshift');
    const asked = <T>(operation: Operation, value: T, nothing: T) =>
      this.#asked(operation, atMs, value, nothing);
    return {
      askedAtMs: clockMs,
      autoshifts: asked('autoshifts', active.filter(({ kind }) => kind === 'autoshift').map(autoshift), []),
      zonalShifts: hasArn
        ? asked(
            'zonalShifts',
            shifts.map((shift) => zonal(shift, undefined)),
            [],
          )
        : undefined,
      resource: hasArn
        ? asked(
            'resource',
            {
              zonalShifts: shifts.map((shift) => zonal(shift, shift === applied)),
              autoshifts: own
                .filter(({ kind }) => kind === 'autoshift')
                .map((shift) => ({ ...autoshift(shift), applied: shift === applied })),
            },
            { zonalShifts: [], autoshifts: [] },
          )
        : undefined,
    };
  }

  #asked<T>(operation: Operation, atMs: number, value: T, nothing: T): Asked<T> {
    const troubled = this.troubles.get(operation);
    if (troubled !== undefined && troubled.untilMs > atMs) {
      const { trouble } = troubled;
      return {
        ok: false,
        trouble,
        error: new ArcApiError(trouble, { operation: NAMES[operation] }, 'injected'),
      };
    }
    return { ok: true, value: this.mistakes.delete(operation) ? nothing : value };
  }
}

/** The end of a shift as it was known at a moment. */
export function untilAt(shift: ModelShift, atMs: number): number | undefined {
  return shift.untils.findLast(({ from }) => from <= atMs)?.until;
}

export function time(ms: number): string {
  return new Date(ms).toISOString();
}
