import { z } from 'zod';

/** What the product reads of a NodeClaim's state: whether Karpenter holds it for drifted, and why. */
export const nodeClaimStatusSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional() }))
        .nullish(),
    })
    .nullish(),
});

/** What the product reads of a NodeClaim to know when Karpenter will expire it: `expireAfter` counts from its creation. */
export const nodeClaimExpirySchema = z.object({
  metadata: z.object({
    name: z.string(),
    creationTimestamp: z.iso.datetime({ offset: true }),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({ expireAfter: z.string().nullish() }),
  status: z.object({ nodeName: z.string().nullish() }).nullish(),
});
