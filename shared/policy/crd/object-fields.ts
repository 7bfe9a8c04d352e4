import { NODE_CLAIM_SPEC } from './claim-fields.ts';
import type { Field, ObjectField } from './field.ts';
import { OPAQUE } from './field.ts';
import { METADATA } from './metadata-fields.ts';
import { NODE_POOL_SPEC } from './node-pool-fields.ts';

function objectOf(kind: string, spec: ObjectField): ObjectField {
  const fields: Readonly<Record<string, Field>> = {
    apiVersion: { type: 'text', oneOf: ['karpenter.sh/v1'] },
    kind: { type: 'text', oneOf: [kind] },
    metadata: METADATA,
    spec,
    status: OPAQUE,
  };
  return { type: 'object', required: ['apiVersion', 'kind', 'metadata', 'spec'], fields };
}

/**
 * What the API server asks of a NodePool and a NodeClaim: the CRDs of karpenter-provider-aws v1.14.1, with what v1.15
 * changed told as such. test/cluster/policy-crd/ compares the tables with the CRDs field by field.
 */
export const OBJECT_FIELDS = {
  NodePool: objectOf('NodePool', NODE_POOL_SPEC),
  NodeClaim: objectOf('NodeClaim', NODE_CLAIM_SPEC),
} as const;
