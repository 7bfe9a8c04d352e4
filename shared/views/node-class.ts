import { z } from 'zod';

/** What the product reads of an EC2NodeClass: which zone IDs its subnets are in, and what this account calls them. */
export const ec2NodeClassSchema = z.object({
  status: z
    .object({
      subnets: z.array(z.object({ zone: z.string().optional(), zoneID: z.string().optional() })).nullish(),
    })
    .nullish(),
});
