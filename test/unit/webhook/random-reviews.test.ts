import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FREEZE_MODES, FREEZE_SCOPES } from '../../../shared/enforcement/freeze.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { decodeReview, encodeReview } from '../../../webhook/admission/review.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { patched, type ReviewAnswer, readAnswer } from '../../standins/admission-client.ts';
import { impairedSet, rawReview } from './raw-reviews.ts';

/** What the webhook answers to a text, without a server; throws where the answer is not one. */
function answerTo(
  webhook: 'mutate' | 'validate',
  text: string,
  state: Parameters<ReturnType<typeof deciderFor>>[1],
) {
  const decoded = decodeReview(text);
  if (!decoded.ok) {
    const refusal = { allowed: false, code: 400, message: decoded.problem };
    return { request: undefined, answer: readAnswer(encodeReview(decoded.uid, refusal)) };
  }
  const { request } = decoded;
  const { verdict } = deciderFor(webhook, request)(request, state);
  return { request, answer: readAnswer(encodeReview(request.uid, verdict)) };
}

function checkPatch(object: unknown, answer: ReviewAnswer): unknown {
  return answer.operations.length === 0 ? object : patched(object, answer);
}

const settings = fc.record({
  freeze: fc.constantFrom(...FREEZE_MODES),
  freezeScope: fc.constantFrom(...FREEZE_SCOPES),
  evacuate: fc.boolean(),
});

test('any review has a valid answer on both paths, and any patch applies to its object', () => {
  const seen = { decided: 0, patched: 0, refused: 0, undecodable: 0 };
  fc.assert(
    fc.property(rawReview, impairedSet, settings, (text, set, settings) => {
      const state = { set, settings, exemptPools: new Set<string>() };
      const { request, answer } = answerTo('mutate', text, state);
      checkPatch(request?.object, answer);
      const validated = answerTo('validate', text, state).answer;
      expect(validated.operations).toEqual([]);
      seen.decided += request === undefined ? 0 : 1;
      seen.patched += answer.operations.length > 0 ? 1 : 0;
      seen.refused += request !== undefined && !answer.allowed ? 1 : 0;
      seen.undecodable += request === undefined ? 1 : 0;
    }),
    { numRuns: 4000 },
  );
  // The generator is worth something only while it reaches every sort of answer.
  expect(Math.min(seen.patched, seen.refused, seen.undecodable)).toBeGreaterThan(100);
});

test('any text at all is answered', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        rawReview.map((text) => text.slice(0, text.length / 2)),
      ),
      (text) => {
        const { answer } = answerTo('mutate', text, {
          set: { generation: 1, zones: [] },
          settings: DEFAULT_ENFORCEMENT,
          exemptPools: new Set(),
        });
        expect(answer).toMatchObject({ allowed: false, operations: [] });
      },
    ),
    { numRuns: 3000 },
  );
});
