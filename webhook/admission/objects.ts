import type { z } from 'zod';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import { LONGEST_WARNING, shortened } from '../../shared/policy/core/words.ts';
import {
  NODE_POOL_LABEL,
  type NodeClaimView,
  type NodePoolView,
  nodeClaimSchema,
  nodePoolSchema,
} from '../../shared/views/node-pool.ts';
import { beyondBounds, leavesSpecBeyond } from '../../shared/views/object-bounds.ts';
import type { AdmissionState, Outcome } from './outcome.ts';
import type { AdmissionRequest } from './review.ts';

const LONGEST_PROBLEM = 1000;

/** Decided already, as far as zones are concerned. */
interface Decided {
  readonly ok: false;
  readonly outcome: Outcome;
  /** The NodeClaim that is about to be made, where its zones are the only thing that nobody looks at. */
  readonly claim?: NodeClaimView | undefined;
}

/**
 * Reads the NodePool under review and the stored one; a shape that no NodePool has is refused in words, and so is one that
 * holds more than is looked at.
 */
export function readNodePools(
  request: AdmissionRequest,
): { readonly ok: true; readonly incoming: NodePoolView; readonly old: NodePoolView | undefined } | Decided {
  const beyond = beyondIn(request, 'object');
  if (beyond !== undefined) return outOfBounds('NodePool', beyond, request);
  const incoming = read(nodePoolSchema, request.object);
  if (!incoming.ok) return unreadable('NodePool', incoming.problem);
  if (request.operation !== 'UPDATE') return { ok: true, incoming: incoming.view, old: undefined };
  // What is stored cannot be mended by refusing its successor: it is judged as if it were new.
  if (beyondIn(request, 'oldObject') !== undefined)
    return { ok: true, incoming: incoming.view, old: undefined };
  const old = read(nodePoolSchema, request.oldObject);
  return { ok: true, incoming: incoming.view, old: old.ok ? old.view : undefined };
}

/**
 * Reads a NodeClaim that is about to be made. Whatever both steps let through unread ends here: updates, because its
 * spec is immutable and Karpenter's own (finalizers, labels) would fail with a changed one; and claims of a NodePool
 * that is exempt, whose zones are that NodePool's as declared.
 */
export function readNewNodeClaim(
  request: AdmissionRequest,
  state: AdmissionState,
): { readonly ok: true; readonly claim: NodeClaimView } | Decided {
  if (request.operation !== 'CREATE') return ignored('nodeclaim-create-only');
  const beyond = beyondIn(request, 'object');
  if (beyond !== undefined) return outOfBounds('NodeClaim', beyond, request);
  const claim = read(nodeClaimSchema, request.object);
  if (!claim.ok) return unreadable('NodeClaim', claim.problem);
  const pool = claim.view.metadata.labels?.[NODE_POOL_LABEL];
  if (pool !== undefined && state.exemptPools.has(pool))
    return { ...ignored('zone-enforcement-off'), claim: claim.view };
  return { ok: true, claim: claim.view };
}

/** Why an object is not looked at, in words: it was too much to be read at all, or holds more than any honest one. */
function beyondIn(request: AdmissionRequest, member: 'object' | 'oldObject'): string | undefined {
  return request.unread?.[member] ?? beyondBounds(request[member]);
}

function ignored(rule: string): Decided {
  return { ok: false, outcome: { verdict: { allowed: true }, facts: { action: 'ignored', rule } } };
}

function read<T>(
  schema: z.ZodType<T>,
  object: unknown,
): { readonly ok: true; readonly view: T } | { readonly ok: false; readonly problem: string } {
  // The API server always sends it; without it a patch of the annotations would have no place to go.
  if (!hasMetadata(object)) return { ok: false, problem: 'metadata: it is missing' };
  const parsed = schema.safeParse(object);
  if (!parsed.success) return { ok: false, problem: describeIssues(parsed.error) };
  return { ok: true, view: parsed.data };
}

function hasMetadata(object: unknown): boolean {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, 'metadata');
}

/**
 * Refuses what is new in words. What is stored like that already, and is stored with the same spec, goes through as it is:
 * refusing it would keep its labels and finalizers from being changed, and mend nothing. Of what was too much to be read
 * nobody can tell the spec: it goes through where what is stored was too much as well.
 */
function outOfBounds(
  kind: string,
  problem: string,
  { operation, object, oldObject, unread }: AdmissionRequest,
): Decided {
  const rule = 'object-beyond-bounds';
  const isLeft =
    unread?.object === undefined ? leavesSpecBeyond(object, oldObject) : unread.oldObject !== undefined;
  if (operation === 'UPDATE' && isLeft) {
    const warning = `zonewarden: this ${kind} is not looked at: ${problem}`;
    return {
      ok: false,
      outcome: {
        verdict: { allowed: true, warnings: [shortened(warning, LONGEST_WARNING)] },
        facts: { action: 'ignored', rule, notes: [`beyond the bounds: ${problem}`] },
      },
    };
  }
  const message =
    `this ${kind} holds more than Zonewarden looks at: ${problem}. Write less: lists of instance types can be said by ` +
    'category, family and generation.';
  return {
    ok: false,
    outcome: { verdict: { allowed: false, code: 422, message }, facts: { action: 'refused', rule } },
  };
}

function unreadable(kind: string, problem: string): Decided {
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
