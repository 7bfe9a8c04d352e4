import { z } from 'zod';
import { type NodeClassRef, readNodeClassRef } from './node-class-ref.ts';
import { type NodePoolView, nodePoolSchema } from './node-pool.ts';
import { assertWithinBounds } from './object-beyond-bounds-error.ts';

/** All that is kept of a stored NodePool. Its status is not: it changes with every node. */
export interface PoolView {
  readonly name: string;
  readonly uid: string;
  /** What enforcement decides by. */
  readonly enforced: NodePoolView;
  /** Whose subnets its nodes come up in; `undefined` where that cannot be told. */
  readonly nodeClass: NodeClassRef | undefined;
  /** The object as it is stored, as far as a policy judges it. */
  readonly manifest: object;
}

const refSchema = z.object({ template: z.object({ spec: z.object({ nodeClassRef: z.unknown() }) }) });

const manifestSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.unknown().optional(),
    annotations: z.unknown().optional(),
  }),
  spec: z.unknown().optional(),
});

/**
 * Reads a stored NodePool.
 *
 * @throws ObjectBeyondBoundsError for one that holds more than is looked at
 * @throws ZodError for what the CRD would not have stored
 */
export function readPool(object: unknown): PoolView {
  assertWithinBounds('NodePool', object);
  const { metadata, ...rest } = nodePoolSchema.parse(object);
  const {
    metadata: { name, uid, labels, annotations },
    spec,
  } = manifestSchema.parse(object);
  // Who owns fields of the status says nothing of what is declared, and changes with every write of the status.
  const managedFields = metadata.managedFields?.filter(({ subresource }) => subresource === undefined);
  const enforced = {
    ...rest,
    metadata: managedFields === undefined ? metadata : { ...metadata, managedFields },
  };
  const nodeClass = readNodeClassRef(refSchema.safeParse(spec).data?.template.spec.nodeClassRef);
  return { name, uid, enforced, nodeClass, manifest: { metadata: { name, labels, annotations }, spec } };
}
