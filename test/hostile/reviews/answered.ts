import { auditAnnotations } from '../../../shared/audit/audit-annotations.ts';
import { decisionRecord } from '../../../shared/audit/decision-record.ts';
import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import type { AdmissionState, WebhookName } from '../../../webhook/admission/outcome.ts';
import { decodeReview, encodeReview } from '../../../webhook/admission/review.ts';
import { shadowOutcome } from '../../../webhook/admission/shadow.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { SCENE } from '../../unit/enforcement/mark-keys.ts';
import { setOf } from '../../unit/enforcement/stored.ts';
import { stateOf } from '../../unit/webhook/policy-scene.ts';

/** What one body of a request came to: what the handler would send, write and take for it. */
export interface Answered {
  /** `undefined`: the body is no review that is decided about. */
  readonly allowed: boolean | undefined;
  readonly action: string | undefined;
  readonly answerBytes: number;
  readonly lineBytes: number;
  /** Milliseconds of the processor, of this whole process. */
  readonly cpuMs: number;
  readonly patch: readonly unknown[];
}

/** One zone is away, and another one is only recorded; the policy is the default one. */
export const AWAY = setOf(7, ['use1-az1', 'us-east-1a']);
export function hostileState(): AdmissionState {
  const state = stateOf(DEFAULT_POLICY, AWAY);
  const shadow = setOf(7, ['use1-az1', 'us-east-1a'], ['use1-az2', 'us-east-1b']);
  return { ...state, settings: { ...state.settings, ...SCENE }, shadow };
}

/** Does what the handler does with a body, all but the connection. */
export function answered(webhook: WebhookName, body: Buffer, state: AdmissionState): Answered {
  const before = process.cpuUsage();
  const decoded = decodeReview(body);
  if (!decoded.ok) {
    const { user, system } = process.cpuUsage(before);
    const refusal = encodeReview(decoded.uid, { allowed: false, code: 400, message: decoded.problem });
    return {
      ...{ allowed: undefined, action: undefined, patch: [], lineBytes: 0 },
      answerBytes: Buffer.byteLength(refusal),
      cpuMs: (user + system) / 1000,
    };
  }
  const { request } = decoded;
  const decider = deciderFor(webhook, request);
  const { verdict, facts } = decider(request, state);
  const answer = encodeReview(request.uid, verdict, auditAnnotations(webhook, facts));
  const shadow = shadowOutcome(webhook, decider, request, state);
  const subject = {
    ...{ webhook, uid: request.uid, operation: request.operation, dryRun: false },
    ...{ kind: request.kind.kind, name: request.name ?? '', username: request.userInfo.username ?? '' },
    fieldManager: request.options?.fieldManager,
  };
  const line = JSON.stringify(decisionRecord(subject, verdict, facts, state.set, 1, shadow));
  const { user, system } = process.cpuUsage(before);
  return {
    allowed: verdict.allowed,
    action: facts.action,
    answerBytes: Buffer.byteLength(answer),
    lineBytes: Buffer.byteLength(line),
    cpuMs: (user + system) / 1000,
    patch: verdict.patch ?? [],
  };
}
