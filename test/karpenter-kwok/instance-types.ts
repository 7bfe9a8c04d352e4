import { writeFileSync } from 'node:fs';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { KWOK_ZONES } from './zones.ts';

export interface InstanceTypeOptions {
  /** Sizes in vCPU; each comes in the families c (2 GiB a vCPU) and m (4 GiB). Default: 2 and 4. */
  readonly cpus?: readonly number[];
  /**
   * A zone in which everything costs half. The kwok provider launches in the cheapest zone that a NodeClaim allows, so
   * that every launch that may go to this zone does: a test that finds none there does not rely on luck.
   */
  readonly cheapestZone?: string;
}

/** The CSI driver's alias. The AWS provider folds it into the zone key; the kwok provider knows it as an offering's. */
export const EBS_ZONE_KEY = 'topology.ebs.csi.aws.com/zone';

/** `c-4x`: 4 vCPU with 8 GiB. */
export function instanceTypeNames({ cpus = [2, 4] }: InstanceTypeOptions = {}): string[] {
  return cpus.flatMap((cpu) => families.map(({ name }) => `${name}-${cpu}x`));
}

const families = [
  { name: 'c', gibPerCpu: 2, price: 0.03 },
  { name: 'm', gibPerCpu: 4, price: 0.04 },
] as const;

/**
 * Writes a file for the kwok provider's `INSTANCE_TYPES_FILE_PATH`. Unlike in its built-in list, each offering carries
 * the zone's ID and the CSI driver's key beside the zone's name: the provider takes every key of an offering for a
 * well-known one (kwok/cloudprovider/helpers.go, newInstanceType), keeps claims to offerings that their requirements
 * allow, and labels the node with them. That is what the AWS provider does with zone IDs.
 */
export function writeInstanceTypes(file: string, options: InstanceTypeOptions = {}): void {
  const types = families.flatMap((family) =>
    (options.cpus ?? [2, 4]).map((cpu) => ({
      name: `${family.name}-${cpu}x`,
      architecture: 'amd64',
      operatingSystems: ['linux'],
      resources: { cpu: String(cpu), memory: `${cpu * family.gibPerCpu}Gi`, pods: '110' },
      offerings: Object.entries(KWOK_ZONES).flatMap(([zoneId, zone]) => {
        const price = family.price * cpu * (zone === options.cheapestZone ? 0.5 : 1);
        return [offering('on-demand', price, zoneId, zone), offering('spot', price * 0.7, zoneId, zone)];
      }),
    })),
  );
  writeFileSync(file, JSON.stringify(types, undefined, 1));
}

function offering(capacityType: string, price: number, zoneId: string, zone: string): object {
  const is = (key: string, value: string) => ({ key, operator: 'In', values: [value] });
  return {
    Price: price,
    Available: true,
    Requirements: [
      is('karpenter.sh/capacity-type', capacityType),
      is(ZONE_NAME_KEY, zone),
      is(ZONE_ID_KEY, zoneId),
      is(EBS_ZONE_KEY, zone),
    ],
  };
}
