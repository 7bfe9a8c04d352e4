import { describe, expect, it } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import type { AdmissionState, WebhookName } from '../../../webhook/admission/outcome.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { nodePool, reviewOf } from '../../http/webhook/reviews.ts';

const STATE: AdmissionState = {
  set: { generation: 3, zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [] }] },
  settings: DEFAULT_ENFORCEMENT,
  exemptPools: new Set(),
};

function decide(webhook: WebhookName, object: unknown, oldObject: unknown = null) {
  const operation = oldObject === null ? 'CREATE' : 'UPDATE';
  const decoded = decodeReview(JSON.stringify(reviewOf({ operation, object, oldObject })));
  if (!decoded.ok) throw new Error(decoded.problem);
  return deciderFor(webhook, decoded.request)(decoded.request, STATE);
}

const zones = (count: number) => Array.from({ length: count }, (_, place) => `zone-${place}`);
const heavy = nodePool(zones(19_500));
const words = 'spec.template.spec.requirements[0].values has 19500 values, and at most 5000 are looked at';

describe.each<WebhookName>(['mutate', 'validate'])(
  'a NodePool that holds more than is looked at, at %s',
  (step) => {
    it('is refused when it is created, in words', () => {
      const { verdict, facts } = decide(step, heavy);
      expect(verdict).toMatchObject({ allowed: false, code: 422, message: expect.stringContaining(words) });
      expect(facts).toMatchObject({ action: 'refused', rule: 'object-beyond-bounds' });
    });

    it('is refused where an update makes it so', () => {
      expect(decide(step, heavy, nodePool(zones(3))).verdict).toMatchObject({ allowed: false, code: 422 });
      expect(decide(step, heavy, nodePool(zones(19_000))).verdict).toMatchObject({
        allowed: false,
        code: 422,
      });
    });

    it('is let through unjudged where it was stored so, and its spec stays', () => {
      const labelled = { ...heavy, metadata: { ...heavy.metadata, labels: { team: 'web' } } };
      const { verdict, facts } = decide(step, labelled, heavy);
      expect(verdict).toEqual({ allowed: true, warnings: [expect.stringContaining('is not looked at')] });
      expect(verdict.warnings?.every((text) => text.length < 256)).toBe(true);
      expect(facts).toEqual({
        action: 'ignored',
        rule: 'object-beyond-bounds',
        notes: [`beyond the bounds: ${words}`],
      });
    });

    it('is decided about as a new one once it is mended', () => {
      const { facts } = decide(step, nodePool(['us-east-1a', 'us-east-1b']), heavy);
      expect(facts.rule).toBe('zone-impaired-target');
      expect(facts.action).toBe(step === 'mutate' ? 'pruned' : 'refused');
    });
  },
);
