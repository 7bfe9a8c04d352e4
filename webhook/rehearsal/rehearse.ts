import { auditAnnotations } from '../../shared/audit/audit-annotations.ts';
import { decisionRecord } from '../../shared/audit/decision-record.ts';
import { applyJsonPatch } from '../../shared/json/apply-json-patch.ts';
import type { AdmissionState, Outcome, WebhookName } from '../admission/outcome.ts';
import { decodeReview, encodeReview } from '../admission/review.ts';
import { deciderFor } from '../deciders/deciders.ts';
import type { SampleWrite } from './sample-objects.ts';

/**
 * Takes a made-up write through both steps, from the bytes of its reviews to those of the answers and of the audit lines,
 * and tells nobody.
 *
 * @returns what the steps came to, for tests
 */
export function rehearse(write: SampleWrite, state: AdmissionState): readonly Outcome[] {
  const mutated = answered('mutate', write, state);
  const object = applyJsonPatch(write.object, mutated.verdict.patch ?? []);
  return [mutated, answered('validate', { ...write, object }, state)];
}

function answered(
  webhook: WebhookName,
  { kind, object, oldObject }: Pick<SampleWrite, 'kind' | 'oldObject'> & { readonly object: unknown },
  state: AdmissionState,
): Outcome {
  const operation = oldObject === undefined ? 'CREATE' : 'UPDATE';
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'rehearsal',
      kind: { group: 'karpenter.sh', version: 'v1', kind },
      name: 'rehearsal',
      operation,
      userInfo: { username: 'rehearsal', groups: ['system:authenticated'] },
      object,
      ...(oldObject === undefined ? {} : { oldObject }),
      dryRun: true,
      options: { fieldManager: 'rehearsal' },
    },
  };
  const decoded = decodeReview(Buffer.from(JSON.stringify(review)));
  if (!decoded.ok) throw new Error(decoded.problem);
  const { request } = decoded;
  const outcome = deciderFor(webhook, request)(request, state);
  const { verdict, facts } = outcome;
  encodeReview(request.uid, verdict, auditAnnotations(webhook, facts));
  const subject = { webhook, uid: request.uid, operation, dryRun: true, kind, name: 'rehearsal' };
  const line = { ...subject, username: 'rehearsal', fieldManager: 'rehearsal' };
  JSON.stringify(decisionRecord(line, verdict, facts, state.set, 0));
  return outcome;
}
