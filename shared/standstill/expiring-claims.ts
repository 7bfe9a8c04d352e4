import type { OrderedZone } from '../record/orders.ts';
import type { ClaimView } from '../views/node-claim.ts';

/** How far to look ahead in a shift whose end nobody knows. */
export const OPEN_END_MS = 24 * 60 * 60 * 1000;

/** A NodeClaim whose node Karpenter will drain and delete during the shift, budgets and freeze notwithstanding. */
export interface ExpiringClaim {
  readonly claim: string;
  /** Its Node; `undefined` while it has none. */
  readonly node: string | undefined;
  /** RFC 3339 time at which it expires; may be past, where Karpenter has not come to it yet. */
  readonly expiresAt: string;
}

/**
 * Which of a zone's NodeClaims expire before its shift is over: `creationTimestamp` + `expireAfter`, as Karpenter's
 * expiration controller counts (core pkg/controllers/nodeclaim/expiration). Soonest first.
 */
export function expiringClaims(
  claims: readonly ClaimView[],
  zone: Pick<OrderedZone, 'sources'>,
  nowMs: number,
): ExpiringClaim[] {
  const endMs = endOfShift(zone, nowMs);
  return claims
    .flatMap(({ name, node, expiresAtMs: atMs }) =>
      atMs !== undefined && atMs < endMs ? [{ claim: name, node, atMs }] : [],
    )
    .sort((left, right) => left.atMs - right.atMs)
    .map(({ claim, node, atMs }) => ({ claim, node, expiresAt: new Date(atMs).toISOString() }));
}

/** When the last source ends by itself; a day from now where one is open-ended. */
export function endOfShift({ sources }: Pick<OrderedZone, 'sources'>, nowMs: number): number {
  const ends = sources.map(({ until }) => (until === undefined ? nowMs + OPEN_END_MS : Date.parse(until)));
  return Math.max(...ends, nowMs);
}
