import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { buildCatalog, type ZonesOfTypes } from './build-catalog.ts';
import type { Catalog, CatalogOrigin } from './catalog.ts';
import { CatalogUnreadableError } from './catalog-unreadable-error.ts';
import {
  type InstanceTypeInfo,
  type InstanceTypeOffering,
  instanceTypeInfoSchema,
  offeringSchema,
} from './ec2-answers.ts';
import { isForKarpenter, labelsOfType } from './type-labels.ts';

/** What EC2 told; each list may be of several pages put together. */
export interface Ec2Answers {
  readonly instanceTypes: readonly InstanceTypeInfo[];
  /** By zone ID; absent: not asked. */
  readonly offerings?: readonly InstanceTypeOffering[];
}

/**
 * `InstanceTypes` of DescribeInstanceTypes, reduced to what is read of them.
 *
 * @throws CatalogUnreadableError where it is nothing of EC2's
 */
export function readInstanceTypes(list: unknown): InstanceTypeInfo[] {
  return parsed(z.array(instanceTypeInfoSchema), list, 'DescribeInstanceTypes');
}

/**
 * `InstanceTypeOfferings` of DescribeInstanceTypeOfferings by `availability-zone-id`.
 *
 * @throws CatalogUnreadableError where it is nothing of EC2's
 */
export function readOfferings(list: unknown): InstanceTypeOffering[] {
  return parsed(z.array(offeringSchema), list, 'DescribeInstanceTypeOfferings');
}

/**
 * Makes a catalogue of EC2's answers: of the types that Karpenter's AWS provider takes into account. Pure.
 *
 * @throws CatalogUnreadableError where no type is left, or offerings are not by zone ID
 */
export function catalogFromEc2(origin: CatalogOrigin, { instanceTypes, offerings }: Ec2Answers): Catalog {
  const zones = offerings === undefined ? undefined : zonesOfTypes(offerings);
  const catalog = buildCatalog(origin, instanceTypes.filter(isForKarpenter).map(rowOf), zones);
  if (catalog.types.length === 0) throw new CatalogUnreadableError(nothingIn(instanceTypes, zones));
  return catalog;
}

function rowOf(info: InstanceTypeInfo) {
  return { name: info.InstanceType, labels: labelsOfType(info), capacityTypes: info.SupportedUsageClasses };
}

function zonesOfTypes(offerings: readonly InstanceTypeOffering[]): ZonesOfTypes {
  const zones = new Map<string, Set<string>>();
  for (const { InstanceType, LocationType = 'availability-zone-id', Location } of offerings) {
    if (LocationType !== 'availability-zone-id') {
      throw new CatalogUnreadableError(
        `the offerings are by ${LocationType}: ask DescribeInstanceTypeOfferings with the location type availability-zone-id, because names of zones differ between accounts`,
      );
    }
    const known = zones.get(InstanceType);
    if (known === undefined) zones.set(InstanceType, new Set([Location]));
    else known.add(Location);
  }
  return zones;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, answer: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new CatalogUnreadableError(
    `this is no answer of ec2:${answer}: ${describeIssues(read.error)}; give it the unchanged JSON`,
    { cause: read.error },
  );
}

function nothingIn(infos: readonly InstanceTypeInfo[], zones: ZonesOfTypes | undefined): string {
  if (infos.length === 0) return 'EC2 told of no instance type; check the Region';
  if (zones?.size === 0) return 'EC2 told of no zone that offers a type; check the Region';
  return `of ${infos.length} instance types none is for Karpenter (hvm, x86_64 or arm64) and offered in a zone of the answer; check that both answers are of one Region`;
}
