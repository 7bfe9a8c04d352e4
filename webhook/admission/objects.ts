import type { z } from 'zod';
import {
  type NodeClaimView,
  type NodePoolView,
  nodeClaimSchema,
  nodePoolSchema,
} from '../../shared/enforcement/nodepool-view.ts';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import type { Outcome } from './outcome.ts';
import type { AdmissionRequest } from './review.ts';

type Unreadable = { readonly ok: false; readonly outcome: Outcome };

/** Reads the NodePool under review and the stored one; a shape that no NodePool has is refused in words. */
export function readNodePools(
  request: AdmissionRequest,
):
  | { readonly ok: true; readonly incoming: NodePoolView; readonly old: NodePoolView | undefined }
  | Unreadable {
  const incoming = nodePoolSchema.safeParse(request.object);
  if (!incoming.success) return unreadable('NodePool', incoming.error);
  if (request.operation !== 'UPDATE') return { ok: true, incoming: incoming.data, old: undefined };
  const old = nodePoolSchema.safeParse(request.oldObject);
  // What is stored cannot be mended by refusing its successor: it is judged as if it were new.
  return { ok: true, incoming: incoming.data, old: old.success ? old.data : undefined };
}

/** Reads the NodeClaim under review. */
export function readNodeClaim(
  request: AdmissionRequest,
): { readonly ok: true; readonly claim: NodeClaimView } | Unreadable {
  const claim = nodeClaimSchema.safeParse(request.object);
  return claim.success ? { ok: true, claim: claim.data } : unreadable('NodeClaim', claim.error);
}

function unreadable(kind: string, error: z.ZodError): Unreadable {
  const message = `this ${kind} does not have the shape that Karpenter's CRD asks for: ${describeIssues(error)}`;
  return {
    ok: false,
    outcome: {
      verdict: { allowed: false, code: 422, message },
      facts: { action: 'refused', rule: 'object-unreadable' },
    },
  };
}
