import fc from 'fast-check';
import type { WebhookName } from '../../../webhook/admission/outcome.ts';
import { MAX_BODY_BYTES } from '../../../webhook/server/request-body.ts';
import { NODE_CLAIM, NODE_POOL, reviewOf } from '../../http/webhook/reviews.ts';
import { HOSTILE_OBJECTS } from './hostile-objects.ts';
import { safeJson } from './hostile-values.ts';

export interface HostileReview {
  readonly webhook: WebhookName;
  readonly body: Buffer;
  /** What fast-check prints of it: the beginning, and how long it is. */
  readonly [fc.toStringMethod]: () => string;
}

const objectOf = (kind: 'NodePool' | 'NodeClaim') =>
  fc.oneof(
    { weight: 30, arbitrary: HOSTILE_OBJECTS[kind] },
    { weight: 1, arbitrary: fc.constantFrom(null, 7, [], '') },
  );

const review = fc.constantFrom('NodePool' as const, 'NodePool' as const, 'NodeClaim' as const).chain((kind) =>
  fc
    .record({
      object: objectOf(kind),
      oldObject: objectOf(kind),
      operation: fc.constantFrom('CREATE', 'UPDATE', 'UPDATE', 'DELETE', 'CONNECT', 'x'),
      name: fc.constantFrom('web', 'web', '', 'n'.repeat(100_000)),
      isSame: fc.boolean(),
      manager: fc.constantFrom('kubectl', 'eve', 'm'.repeat(100_000)),
    })
    .map(({ object, oldObject, operation, name, isSame, manager }) =>
      safeJson(
        reviewOf({
          ...{ kind: kind === 'NodePool' ? NODE_POOL : NODE_CLAIM, object, operation, name },
          oldObject: operation === 'CREATE' ? null : isSame ? object : oldObject,
          options: { fieldManager: manager },
        }),
      ),
    ),
);

/** Bytes that are no review any more: cut, repeated, with something else in them. */
const damage = fc.record({
  at: fc.nat(),
  put: fc.constantFrom(
    '',
    '[',
    ']',
    '{',
    '"',
    ',',
    '\\u0000',
    '\\ud800',
    '\ud800',
    ',"a":1',
    '[['.repeat(50_000),
    '{"a":'.repeat(30_000),
  ),
  drop: fc.nat(20),
});

/** Bodies as anybody can send them: most of them reviews of hostile objects, some of them damaged. */
export const hostileReview: fc.Arbitrary<HostileReview> = fc
  .record({
    webhook: fc.constantFrom('mutate' as const, 'validate' as const),
    text: review,
    damages: fc.oneof(
      { weight: 10, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(damage, { maxLength: 3 }) },
    ),
  })
  .map(({ webhook, text, damages }) => {
    // More is turned away before it is read.
    let sent = text.slice(0, MAX_BODY_BYTES);
    for (const damage of damages) sent = damaged(sent, damage);
    const shown = `${webhook} ${sent.length} characters: ${sent.slice(0, SHOWN)}`;
    return { webhook, body: Buffer.from(sent), [fc.toStringMethod]: () => shown };
  });

const SHOWN = 2000;

function damaged(text: string, { at, put, drop }: { at: number; put: string; drop: number }): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + put + text.slice(place + drop);
}
