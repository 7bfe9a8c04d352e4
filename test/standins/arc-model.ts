/**
 * What ARC knows in one account and Region, as the stand-in holds it: in the words and shapes of the API, with
 * timestamps in seconds. Tests may change it at any time, and put in what no real ARC has said yet.
 */
export interface AutoshiftItem {
  awayFrom: string;
  startTime: number;
  endTime?: number;
  status: string;
}

export interface ZonalShiftItem {
  zonalShiftId: string;
  resourceIdentifier: string;
  awayFrom: string;
  startTime: number;
  expiryTime: number;
  comment: string;
  status: string;
  /** Told by GetManagedResource and not by ListZonalShifts. */
  appliedStatus: string;
  shiftType?: string;
  practiceRunOutcome?: string;
}

export interface ResourceAutoshiftItem {
  awayFrom: string;
  startTime: number;
  appliedStatus: string;
}

export interface ManagedResourceItem {
  arn: string;
  name?: string;
  appliedWeights: Record<string, number>;
  autoshifts: ResourceAutoshiftItem[];
  zonalAutoshiftStatus?: string;
}

const HOUR_S = 3600;

/** The state, with the changes that tests make again and again. */
export class ArcModel {
  readonly autoshifts: AutoshiftItem[] = [];
  readonly zonalShifts: ZonalShiftItem[] = [];
  readonly managedResources = new Map<string, ManagedResourceItem>();
  #lastId = 0;

  /** Registers a resource with ARC, as EKS does for a cluster with zonal shift enabled. */
  register(arn: string): ManagedResourceItem {
    const resource: ManagedResourceItem = {
      arn,
      name: arn.split('/').at(-1) ?? arn,
      appliedWeights: {},
      autoshifts: [],
      zonalAutoshiftStatus: 'ENABLED',
    };
    this.managedResources.set(arn, resource);
    return resource;
  }

  /** An autoshift of the Region, which the registered resources that are named join. */
  startAutoshift(awayFrom: string, startTime: number, ...arns: readonly string[]): AutoshiftItem {
    const item = { awayFrom, startTime, status: 'ACTIVE' };
    this.autoshifts.push(item);
    for (const arn of arns) {
      this.managedResources.get(arn)?.autoshifts.push({ awayFrom, startTime, appliedStatus: 'APPLIED' });
    }
    return item;
  }

  /** Ends the autoshifts away from a zone, for the Region and for every resource. */
  endAutoshift(awayFrom: string, endTime: number): void {
    for (const item of this.autoshifts) {
      if (item.awayFrom === awayFrom && item.status === 'ACTIVE')
        Object.assign(item, { status: 'COMPLETED', endTime });
    }
    for (const resource of this.managedResources.values()) {
      resource.autoshifts = resource.autoshifts.filter((shift) => shift.awayFrom !== awayFrom);
    }
  }

  startZonalShift(
    resourceIdentifier: string,
    awayFrom: string,
    startTime: number,
    more: Partial<ZonalShiftItem> = {},
  ): ZonalShiftItem {
    this.#lastId += 1;
    const item: ZonalShiftItem = {
      zonalShiftId: `shift-${String(this.#lastId).padStart(6, '0')}`,
      resourceIdentifier,
      awayFrom,
      startTime,
      expiryTime: startTime + HOUR_S,
      comment: 'test',
      status: 'ACTIVE',
      appliedStatus: 'APPLIED',
      shiftType: 'ZONAL_SHIFT',
      ...more,
    };
    this.zonalShifts.push(item);
    return item;
  }

  /** `CANCELED` by a person, `EXPIRED` by the clock. */
  endZonalShift(zonalShiftId: string, status: 'CANCELED' | 'EXPIRED' = 'CANCELED'): void {
    const item = this.zonalShifts.find((shift) => shift.zonalShiftId === zonalShiftId);
    if (item !== undefined) item.status = status;
  }
}
