import { z } from 'zod';

/** On NodeClaims and Nodes of Karpenter's: the name of the NodePool that they were made for. */
export const NODE_POOL_LABEL = 'karpenter.sh/nodepool';

/**
 * The parts of a NodePool that enforcement reads, and no more: unknown fields are neither looked at nor refused,
 * so that a newer CRD does not break us. Mutating admission runs before the CRD's own schema, so that each part
 * may still be of any shape here.
 */
const requirements = z.array(
  z.looseObject({
    key: z.string(),
    operator: z.string(),
    values: z.array(z.string()).optional(),
    minValues: z.int().optional(),
  }),
);

const managedFieldsEntry = z.object({
  manager: z.string().optional(),
  operation: z.string().optional(),
  subresource: z.string().optional(),
  time: z.string().optional(),
  fieldsV1: z.unknown().optional(),
});

const metadata = z.object({
  name: z.string().optional(),
  generateName: z.string().optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  deletionTimestamp: z.string().nullish(),
  managedFields: z.array(managedFieldsEntry).nullish(),
});

export const nodePoolSchema = z.object({
  metadata: metadata.default({}),
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }).nullish(),
      spec: z.object({ requirements: requirements.nullish() }),
    }),
    disruption: z.object({ budgets: z.array(z.record(z.string(), z.unknown())).nullish() }).nullish(),
  }),
});

export const nodeClaimSchema = z.object({
  metadata: metadata.default({}),
  spec: z.object({ requirements: requirements.nullish() }),
});

export type NodePoolView = z.infer<typeof nodePoolSchema>;
export type NodeClaimView = z.infer<typeof nodeClaimSchema>;
export type ManagedFieldsEntry = z.infer<typeof managedFieldsEntry>;

const NOTHING: readonly never[] = [];

/** The list of requirements; `[]` where there is none. */
export function requirementsOf(pool: NodePoolView) {
  return pool.spec.template.spec.requirements ?? NOTHING;
}

/** The list of budgets; `undefined` where there is none, which is not the same as an empty one. */
export function budgetsOf(pool: NodePoolView) {
  return pool.spec.disruption?.budgets ?? undefined;
}
