/** Why a question to ARC has no answer. */
export type ArcTrouble =
  | 'denied'
  | 'throttled'
  | 'unavailable'
  | 'no-endpoint'
  | 'unreadable'
  | 'not-registered';

/** What a question to ARC came to: its answer, or why there is none. Nothing is known where there is none. */
export type Asked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: ArcTrouble; readonly error: Error };

/** AWS shifts away from a zone, for a whole Region; open-ended until AWS ends it. */
export interface ArcAutoshift {
  readonly zoneId: string;
  /** RFC 3339. */
  readonly since: string;
}

/** A shift of one resource: started by a person, for a practice run, by an experiment, or for an autoshift. */
export interface ArcZonalShift {
  readonly id: string;
  readonly zoneId: string;
  /** `ZONAL_SHIFT`, `PRACTICE_RUN`, `FIS_EXPERIMENT`, `ZONAL_AUTOSHIFT`, or one that ARC has learned since. */
  readonly type: string | undefined;
  /** RFC 3339. */
  readonly since: string;
  /** RFC 3339. */
  readonly until: string | undefined;
  /** Whether it is the one that is in force; `undefined` where ARC does not tell: ListZonalShifts never does. */
  readonly applied: boolean | undefined;
}

/** What ARC knows about a resource that is registered with it. */
export interface ArcManagedResource {
  readonly zonalShifts: readonly ArcZonalShift[];
  readonly autoshifts: readonly (ArcAutoshift & { readonly applied: boolean | undefined })[];
}

/** One look at ARC. */
export interface ArcAnswer {
  /** The clock when the first call began. */
  readonly askedAtMs: number;
  /** ListAutoshifts: the active ones of the Region, from all pages. */
  readonly autoshifts: Asked<readonly ArcAutoshift[]>;
  /** ListZonalShifts: the active ones of the resource. `undefined` where no resource is configured. */
  readonly zonalShifts: Asked<readonly ArcZonalShift[]> | undefined;
  /** GetManagedResource. `undefined` where no resource is configured. */
  readonly resource: Asked<ArcManagedResource> | undefined;
}
