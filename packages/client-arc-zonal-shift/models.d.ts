/** The shapes of the API, version 2022-10-30. What the service calls an enum may grow: a value may be none of these. */
export type AutoshiftExecutionStatus = 'ACTIVE' | 'COMPLETED';
export type ZonalShiftStatus = 'ACTIVE' | 'EXPIRED' | 'CANCELED';
export type AppliedStatus = 'APPLIED' | 'NOT_APPLIED';
export type AutoshiftAppliedStatus = 'APPLIED' | 'NOT_APPLIED';
export type ShiftType = 'ZONAL_SHIFT' | 'PRACTICE_RUN' | 'FIS_EXPERIMENT' | 'ZONAL_AUTOSHIFT';
export type PracticeRunOutcome = 'FAILED' | 'INTERRUPTED' | 'PENDING' | 'SUCCEEDED' | 'CAPACITY_CHECK_FAILED';
export type ZonalAutoshiftStatus = 'ENABLED' | 'DISABLED';
export type ControlConditionType = 'CLOUDWATCH';
/** Not spelled out: nobody here writes to the service. */
export type ConflictExceptionReason = string;
export type ValidationExceptionReason = string;

export interface ListAutoshiftsRequest {
  nextToken?: string | undefined;
  status?: AutoshiftExecutionStatus | undefined;
  /** 1 to 100. */
  maxResults?: number | undefined;
}

export interface AutoshiftSummary {
  /** A zone ID, e.g. `use1-az1`. */
  awayFrom: string | undefined;
  startTime: Date | undefined;
  status: AutoshiftExecutionStatus | undefined;
  endTime?: Date | undefined;
}

export interface ListAutoshiftsResponse {
  items?: AutoshiftSummary[] | undefined;
  nextToken?: string | undefined;
}

export interface ListZonalShiftsRequest {
  nextToken?: string | undefined;
  status?: ZonalShiftStatus | undefined;
  /** 1 to 100. */
  maxResults?: number | undefined;
  resourceIdentifier?: string | undefined;
}

export interface ZonalShiftSummary {
  zonalShiftId: string | undefined;
  resourceIdentifier: string | undefined;
  /** A zone ID, e.g. `use1-az1`. */
  awayFrom: string | undefined;
  expiryTime: Date | undefined;
  startTime: Date | undefined;
  status: ZonalShiftStatus | undefined;
  comment: string | undefined;
  shiftType?: ShiftType | undefined;
  practiceRunOutcome?: PracticeRunOutcome | undefined;
}

export interface ListZonalShiftsResponse {
  items?: ZonalShiftSummary[] | undefined;
  nextToken?: string | undefined;
}

export interface GetManagedResourceRequest {
  /** The ARN of the resource. */
  resourceIdentifier: string | undefined;
}

export interface ZonalShiftInResource {
  appliedStatus: AppliedStatus | undefined;
  zonalShiftId: string | undefined;
  resourceIdentifier: string | undefined;
  awayFrom: string | undefined;
  expiryTime: Date | undefined;
  startTime: Date | undefined;
  comment: string | undefined;
  shiftType?: ShiftType | undefined;
  practiceRunOutcome?: PracticeRunOutcome | undefined;
}

export interface AutoshiftInResource {
  appliedStatus: AutoshiftAppliedStatus | undefined;
  awayFrom: string | undefined;
  startTime: Date | undefined;
}

export interface ControlCondition {
  type: ControlConditionType | undefined;
  alarmIdentifier: string | undefined;
}

export interface PracticeRunConfiguration {
  outcomeAlarms: ControlCondition[] | undefined;
  blockingAlarms?: ControlCondition[] | undefined;
  blockedWindows?: string[] | undefined;
  allowedWindows?: string[] | undefined;
  blockedDates?: string[] | undefined;
}

export interface GetManagedResourceResponse {
  /** Zone ID to the share of traffic that it gets, 0 to 1. */
  appliedWeights: Record<string, number> | undefined;
  zonalShifts: ZonalShiftInResource[] | undefined;
  arn?: string | undefined;
  name?: string | undefined;
  autoshifts?: AutoshiftInResource[] | undefined;
  practiceRunConfiguration?: PracticeRunConfiguration | undefined;
  zonalAutoshiftStatus?: ZonalAutoshiftStatus | undefined;
}
