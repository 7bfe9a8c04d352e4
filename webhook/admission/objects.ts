import type { z } from 'zod';
import {
  type NodeClaimView,
  type NodePoolView,
  nodeClaimSchema,
  nodePoolSchema,
} from '../../shared/enforcement/nodepool-view.ts';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import { boundsProblem } from '../../shared/json/json-bounds.ts';
import type { AdmissionState, Outcome } from './outcome.ts';
import type { AdmissionRequest } from './review.ts';

const LONGEST_PROBLEM = 1000;

type Unreadable = { readonly ok: false; readonly outcome: Outcome };

/** Reads the NodePool under review and the stored one; a shape that no NodePool has is refused in words. */
export function readNodePools(
  request: AdmissionRequest,
):
  | { readonly ok: true; readonly incoming: NodePoolView; readonly old: NodePoolView | undefined }
  | Unreadable {
  const incoming = read(nodePoolSchema, request.object);
  if (!incoming.ok) return unreadable('NodePool', incoming.problem);
  if (request.operation !== 'UPDATE') return { ok: true, incoming: incoming.view, old: undefined };
  const old = read(nodePoolSchema, request.oldObject);
  // What is stored cannot be mended by refusing its successor: it is judged as if it were new.
  return { ok: true, incoming: incoming.view, old: old.ok ? old.view : undefined };
}

const NODE_POOL_LABEL = 'karpenter.sh/nodepool';

/** Whether the NodeClaim was made for a NodePool that is exempt: its zones are that NodePool's, as declared. */
export function isOfExemptPool(claim: NodeClaimView, state: AdmissionState): boolean {
  const pool = claim.metadata.labels?.[NODE_POOL_LABEL];
  return pool !== undefined && state.exemptPools.has(pool);
}

/** Reads the NodeClaim under review. */
export function readNodeClaim(
  request: AdmissionRequest,
): { readonly ok: true; readonly claim: NodeClaimView } | Unreadable {
  const claim = read(nodeClaimSchema, request.object);
  return claim.ok ? { ok: true, claim: claim.view } : unreadable('NodeClaim', claim.problem);
}

function read<T>(
  schema: z.ZodType<T>,
  object: unknown,
): { readonly ok: true; readonly view: T } | { readonly ok: false; readonly problem: string } {
  const outOfBounds = boundsProblem(object);
  if (outOfBounds !== undefined) return { ok: false, problem: outOfBounds };
  // The API server always sends it; without it a patch of the annotations would have no place to go.
  if (!hasMetadata(object)) return { ok: false, problem: 'metadata: it is missing' };
  const parsed = schema.safeParse(object);
  if (!parsed.success) return { ok: false, problem: describeIssues(parsed.error) };
  return { ok: true, view: parsed.data };
}

function hasMetadata(object: unknown): boolean {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, 'metadata');
}

function unreadable(kind: string, problem: string): Unreadable {
  // A problem names where it is, and a key in that path may be of any length.
  const shown = problem.length > LONGEST_PROBLEM ? `${problem.slice(0, LONGEST_PROBLEM)}…` : problem;
  const message = `this ${kind} does not have the shape that Karpenter's CRD asks for: ${shown}`;
  return {
    ok: false,
    outcome: {
      verdict: { allowed: false, code: 422, message },
      facts: { action: 'refused', rule: 'object-unreadable' },
    },
  };
}
