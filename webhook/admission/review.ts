import { z } from 'zod';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import type { JsonPatchOperation } from '../../shared/json/json-patch.ts';
import { parseReview, type UnreadObjects } from './parse-review.ts';

/**
 * The parts of an AdmissionReview (admission.k8s.io/v1) that we read. `object` and `oldObject` stay unread
 * here: who decides about a kind has the schema for it.
 */
const requestSchema = z.object({
  uid: z.string().min(1),
  kind: z.object({ group: z.string(), version: z.string(), kind: z.string() }),
  name: z.string().optional(),
  operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
  subResource: z.string().optional(),
  userInfo: z.object({ username: z.string().optional() }).default({}),
  object: z.unknown().optional(),
  oldObject: z.unknown().optional(),
  dryRun: z.boolean().optional(),
  options: z.object({ fieldManager: z.string().optional() }).nullish(),
});

const reviewSchema = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: requestSchema,
});

export type AdmissionRequest = z.infer<typeof requestSchema> & {
  /** Why `object` or `oldObject` is not here, where it holds more than we look through. */
  readonly unread?: UnreadObjects;
};

/** Our answer to one request, before it is put into its envelope. */
export interface Verdict {
  readonly allowed: boolean;
  /** HTTP-like code of a refusal; the API server turns one below 400 into 400. */
  readonly code?: number;
  readonly message?: string;
  readonly warnings?: readonly string[];
  readonly patch?: readonly JsonPatchOperation[];
}

export type Decoded =
  | { readonly ok: true; readonly request: AdmissionRequest }
  | { readonly ok: false; readonly uid: string; readonly problem: string };

/**
 * Reads a request body. What is not an AdmissionReview v1 comes back as a problem in words, with the uid where
 * one could be found: an answer without the right uid is no answer to the API server.
 */
export function decodeReview(body: Buffer | string): Decoded {
  const review = parseReview(typeof body === 'string' ? Buffer.from(body) : body);
  if (!review.ok) return { ok: false, uid: '', problem: review.problem };
  const { json, unread } = review;
  const parsed = reviewSchema.safeParse(json);
  if (parsed.success) {
    const { request } = parsed.data;
    return { ok: true, request: unread === undefined ? request : { ...request, unread } };
  }
  const uid = z.object({ request: z.object({ uid: z.string() }) }).safeParse(json);
  return {
    ok: false,
    uid: uid.success ? uid.data.request.uid : '',
    problem: `the body is not an AdmissionReview v1: ${describeIssues(parsed.error)}`,
  };
}

/**
 * The answer in its envelope. `patch` and `patchType` come both or not at all; no patch means no change.
 *
 * @param auditAnnotations for the audit log of the API server
 */
export function encodeReview(
  uid: string,
  verdict: Verdict,
  auditAnnotations?: Readonly<Record<string, string>>,
): string {
  const { allowed, code, message, warnings, patch } = verdict;
  const patched = allowed && patch !== undefined && patch.length > 0;
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      status: allowed && message === undefined ? undefined : { code: code ?? (allowed ? 200 : 403), message },
      warnings: warnings === undefined || warnings.length === 0 ? undefined : warnings,
      patchType: patched ? 'JSONPatch' : undefined,
      patch: patched ? Buffer.from(JSON.stringify(patch)).toString('base64') : undefined,
      auditAnnotations,
    },
  });
}
