import { z } from 'zod';

/** The NodeClass that a NodePool or a NodeClaim refers to. */
export interface NodeClassRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

const schema: z.ZodType<NodeClassRef> = z.object({ group: z.string(), kind: z.string(), name: z.string() });

/** @param ref `nodeClassRef` of a spec, of whatever shape it is; `undefined` where it refers to nothing that can be told */
export function readNodeClassRef(ref: unknown): NodeClassRef | undefined {
  return schema.safeParse(ref).data;
}
