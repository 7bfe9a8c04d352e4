import { z } from 'zod';
import { ZONE_ID_KEY, ZONE_NAME_KEY, zoneDimensionOf } from '../record/zone-keys.ts';
import { secondsOf } from './karpenter-duration.ts';
import { type NodeClassRef, readNodeClassRef } from './node-class-ref.ts';
import { NODE_POOL_LABEL, type NodeClaimView, nodeClaimSchema } from './node-pool.ts';

/** All that is kept of a NodeClaim: there may be thousands of them, each of some 8 kB. */
export interface ClaimView {
  readonly name: string;
  /** As Karpenter labels it at launch. */
  readonly zoneId: string | undefined;
  readonly zoneName: string | undefined;
  /** The NodePool that it was made for, as its label says. */
  readonly nodePool: string | undefined;
  /** Its Node; `undefined` while it has none. */
  readonly node: string | undefined;
  /** Where it may come up; `undefined` once it was launched and its labels say where it is. */
  readonly pending: PendingClaim | undefined;
  /**
   * Karpenter holds it for drifted because its NodePool's requirements exclude it: our doing. So is one whose conditions
   * cannot be read: its zone waits for the time limit of a recovery.
   */
  readonly isDrifted: boolean;
  /** On its way out. */
  readonly deleting: boolean;
  /** When Karpenter drains and deletes it, budgets notwithstanding; milliseconds since the epoch. */
  readonly expiresAtMs: number | undefined;
}

/** A NodeClaim that was not launched yet. */
export interface PendingClaim {
  /** Whose subnets it may come up in; `undefined` where that cannot be told. */
  readonly nodeClass: NodeClassRef | undefined;
  /** Its requirements on zones. */
  readonly requirements: NonNullable<NodeClaimView['spec']['requirements']>;
}

const metadataSchema = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish().catch(undefined),
  }),
});

const conditionsSchema = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional() }))
        .nullish(),
    })
    .nullish(),
});

/** `expireAfter` counts from its creation (core pkg/controllers/nodeclaim/expiration). */
const expirySchema = z.object({
  metadata: z.object({
    creationTimestamp: z.iso.datetime({ offset: true }),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({ expireAfter: z.string().nullish() }),
});

const refSchema = z.object({ spec: z.object({ nodeClassRef: z.unknown() }) });
const deletingSchema = z.object({ metadata: z.object({ deletionTimestamp: z.string().min(1) }) });

const nodeNameSchema = z.object({ status: z.object({ nodeName: z.string() }) });

/**
 * Reads a NodeClaim. A part that cannot be read is what is safe to believe.
 *
 * @throws ZodError for what has no name
 */
export function readClaim(object: unknown): ClaimView {
  const { name, labels } = metadataSchema.parse(object).metadata;
  const zoneId = labels?.[ZONE_ID_KEY] || undefined;
  const zoneName = labels?.[ZONE_NAME_KEY] || undefined;
  return {
    name,
    zoneId,
    zoneName,
    pending: zoneId === undefined && zoneName === undefined ? pendingOf(object) : undefined,
    nodePool: labels?.[NODE_POOL_LABEL] || undefined,
    node: nodeNameSchema.safeParse(object).data?.status.nodeName || undefined,
    isDrifted: isDriftedByRequirements(object),
    deleting: deletingSchema.safeParse(object).success,
    expiresAtMs: expiresAtMs(object),
  };
}

function pendingOf(object: unknown): PendingClaim {
  const requirements = nodeClaimSchema.safeParse(object).data?.spec.requirements ?? [];
  return {
    nodeClass: readNodeClassRef(refSchema.safeParse(object).data?.spec.nodeClassRef),
    requirements: requirements.filter(({ key }) => zoneDimensionOf(key) !== undefined),
  };
}

function isDriftedByRequirements(object: unknown): boolean {
  const read = conditionsSchema.safeParse(object);
  if (!read.success) return true;
  return (
    read.data.status?.conditions?.some(
      ({ type, status, reason }) =>
        type === 'Drifted' && status === 'True' && reason === 'RequirementsDrifted',
    ) ?? false
  );
}

function expiresAtMs(object: unknown): number | undefined {
  const { data } = expirySchema.safeParse(object);
  if (data === undefined || data.metadata.deletionTimestamp) return undefined;
  const after = secondsOf(data.spec.expireAfter ?? 'Never') ?? Number.POSITIVE_INFINITY;
  return after === Number.POSITIVE_INFINITY
    ? undefined
    : Date.parse(data.metadata.creationTimestamp) + after * 1000;
}

/** Whether a NodeClaim was launched in a zone: by name where one is known, as Karpenter itself does. */
export function isClaimIn(
  { zoneId, zoneName }: Pick<ClaimView, 'zoneId' | 'zoneName'>,
  zone: { readonly id: string; readonly name?: string },
): boolean {
  return zone.name === undefined ? zoneId === zone.id : zoneName === zone.name;
}
