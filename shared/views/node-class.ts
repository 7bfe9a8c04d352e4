import { z } from 'zod';

/** Where something is, as it says itself. */
export interface ZonePlace {
  readonly zoneId: string | undefined;
  readonly zoneName: string | undefined;
}

/** Where the nodes of an EC2NodeClass may come up. */
export interface NodeClassPlaces {
  readonly subnets: readonly ZonePlace[];
  /**
   * Karpenter has looked for its subnets. It says `SubnetsReady` is False after it found none (aws
   * pkg/controllers/nodeclass/subnet.go); before it has looked there is no condition, or it is Unknown.
   */
  readonly looked: boolean;
}

/** What is read of an EC2NodeClass (aws pkg/apis/v1/ec2nodeclass_status.go). */
const schema = z.object({
  status: z
    .object({
      subnets: z.array(z.object({ zone: z.string().nullish(), zoneID: z.string().nullish() })).nullish(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
    })
    .nullish(),
});

/** @throws ZodError for a status that nobody can read */
export function readPlaces(object: unknown): NodeClassPlaces {
  const { subnets, conditions } = schema.parse(object).status ?? {};
  return {
    subnets: (subnets ?? []).map(({ zone, zoneID }) => ({
      zoneId: zoneID || undefined,
      zoneName: zone || undefined,
    })),
    looked: (conditions ?? []).some(({ type, status }) => type === 'SubnetsReady' && status === 'False'),
  };
}
