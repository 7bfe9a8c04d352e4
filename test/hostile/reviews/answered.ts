import { auditAnnotations } from '../../../shared/audit/audit-annotations.ts';
import { decisionRecord } from '../../../shared/audit/decision-record.ts';
import type { AdmissionState, Outcome, WebhookName } from '../../../webhook/admission/outcome.ts';
import { type AdmissionRequest, decodeReview, encodeReview } from '../../../webhook/admission/review.ts';
import { shadowOutcome } from '../../../webhook/admission/shadow.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { MAX_BODY_BYTES } from '../../../webhook/server/request-body.ts';

/** What one body of a request came to: what the handler would send, write and take for it. */
export interface Answered {
  /** Absent: the body is no review that is decided about. */
  readonly decided?: {
    readonly request: AdmissionRequest;
    readonly outcome: Outcome;
    /** The line of the audit log, without what the logger adds. */
    readonly line: string;
  };
  /** What is sent. */
  readonly answer: string;
  /** Milliseconds of the processor that the thread takes which answers probes and other requests as well. */
  readonly cpuMs: number;
}

/** Does what the handler does with a body, all but the connection. */
export function answered(webhook: WebhookName, body: Buffer, state: AdmissionState): Answered {
  const before = process.threadCpuUsage();
  const done = handled(webhook, body, state);
  const { user, system } = process.threadCpuUsage(before);
  return { ...done, cpuMs: (user + system) / 1000 };
}

function handled(webhook: WebhookName, body: Buffer, state: AdmissionState): Omit<Answered, 'cpuMs'> {
  // The handler does not keep what is longer.
  if (body.length > MAX_BODY_BYTES) return refused('', 413, 'too large');
  const decoded = decodeReview(body);
  if (!decoded.ok) return refused(decoded.uid, 400, decoded.problem);
  const { request } = decoded;
  const decider = deciderFor(webhook, request);
  const outcome = decider(request, state);
  const { verdict, facts } = outcome;
  const answer = encodeReview(request.uid, verdict, auditAnnotations(webhook, facts));
  const shadow = shadowOutcome(webhook, decider, request, state);
  const subject = {
    ...{ webhook, uid: request.uid, operation: request.operation, dryRun: request.dryRun ?? false },
    ...{ kind: request.kind.kind, name: request.name ?? '', username: request.userInfo.username ?? '' },
    fieldManager: request.options?.fieldManager,
  };
  const line = JSON.stringify(decisionRecord(subject, verdict, facts, state.set, 1, shadow));
  return { decided: { request, outcome, line }, answer };
}

function refused(uid: string, code: number, message: string): Omit<Answered, 'cpuMs'> {
  return { answer: encodeReview(uid, { allowed: false, code, message }) };
}
