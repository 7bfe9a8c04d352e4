import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditAnnotations } from '../../../shared/audit/audit-annotations.ts';
import { decodeReview, encodeReview } from '../../../webhook/admission/review.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { RememberedVerdicts } from '../../../webhook/policies/remembered-verdicts.ts';
import { readAnswer } from '../../standins/admission-client.ts';
import { EVERY_RULE, stateOf } from './policy-scene.ts';
import { impairedSet, rawReview } from './raw-reviews.ts';

test('every rule looks at any review without a failure, and what is said is what the API server takes', () => {
  const known = stateOf(EVERY_RULE).policies;
  const policies = known && { ...known, remembered: new RememberedVerdicts() };
  const seen = { judged: 0, refused: 0, events: 0 };
  fc.assert(
    fc.property(rawReview, impairedSet, (text, set) => {
      const decoded = decodeReview(text);
      if (!decoded.ok) return;
      const { request } = decoded;
      const outcome = deciderFor('validate', request)(request, stateOf(EVERY_RULE, set));
      expect(outcome.defects ?? []).toEqual([]);
      // Remembered or not, and however often it is asked, it is the same.
      const remembering = { ...stateOf(EVERY_RULE, set), policies };
      for (let time = 0; time < 2; time += 1)
        expect(deciderFor('validate', request)(request, remembering)).toEqual(outcome);
      const annotations = auditAnnotations('validate', outcome.facts);
      const answer = readAnswer(encodeReview(request.uid, outcome.verdict, annotations));
      expect(answer.status?.message.length ?? 0).toBeLessThan(60_000);
      for (const { message } of outcome.events ?? []) expect(message.length).toBeLessThanOrEqual(1024);
      seen.judged += outcome.facts.findings === undefined ? 0 : 1;
      seen.refused += answer.allowed ? 0 : 1;
      seen.events += outcome.events?.length ?? 0;
    }),
    { numRuns: 600 },
  );
  expect(Math.min(seen.judged, seen.refused, seen.events)).toBeGreaterThan(20);
});
