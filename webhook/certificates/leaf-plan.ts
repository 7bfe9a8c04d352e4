/**
 * When a replica signs a new serving certificate, and with which CA. Pure: the keeper says what is, and does what is
 * decided here. All times in milliseconds since the epoch.
 */

/** A CA that this replica can sign with. */
export interface Signer {
  /** Its fingerprint. */
  readonly id: string;
  readonly madeMs: number;
  readonly expiresMs: number;
}

/** The certificate that is served. */
export interface ServedLeaf {
  readonly signer: Signer;
  readonly renewMs: number;
  readonly expiresMs: number;
}

/** Everything that the decision hangs on. */
export interface LeafView {
  readonly nowMs: number;
  /** The CA in the Secret, as last read. */
  readonly ca: Signer | undefined;
  readonly served: ServedLeaf | undefined;
  /** Since when every webhook configuration that exists was seen to trust `ca`; `undefined` while one does not. */
  readonly caTrustedSinceMs: number | undefined;
  /** How long API servers may take to load a configuration that was changed. */
  readonly settleMs: number;
  /** How long the CA before `ca` stays trusted after `ca` was made. */
  readonly overlapMs: number;
  /** The life of a new leaf, unless its CA ends before. */
  readonly leafMs: number;
}

/** Why a leaf is signed: `start` (none is served), `renewal`, `new-ca`, `expired` (too late for being careful). */
export type LeafReason = 'start' | 'renewal' | 'new-ca' | 'expired';

/**
 * `sign` now, with the CA in the Secret or once more with the CA that signed what is served; or look again at
 * `untilMs` (Infinity: when something has changed).
 */
export type LeafPlan =
  | { readonly act: 'sign'; readonly signer: 'ca' | 'served'; readonly reason: LeafReason }
  | { readonly act: 'wait'; readonly untilMs: number };

/** Certificates tell their times in whole seconds. */
const RESOLUTION_MS = 1000;
/**
 * How long after a new CA was seen in both configurations its leaf is first served. API servers hear of a
 * configuration by watch and use it with the next request: a fraction of a second where nothing is wrong. Ten seconds
 * cover one whose watch has to be made anew (client-go's reflector waits 0.8 s to 30 s between tries, most often the
 * least), and cost nothing: the leaf of the CA before is valid and trusted all the while.
 */
const SETTLE_MS = 10_000;
/** For CAs that live for minutes, as in tests: a share of the CA's life, well within its last third. */
const SETTLE_SHARE = 1 / 12;

/** `settleMs` where a CA lives for so long. */
export const settleMsOf = (caDurationMs: number): number => Math.min(SETTLE_MS, caDurationMs * SETTLE_SHARE);

/** What is to be done about the leaf. */
export function planLeaf(view: LeafView): LeafPlan {
  const { nowMs, ca, served } = view;
  if (ca === undefined || ca.expiresMs <= nowMs) return waitUntil(Number.POSITIVE_INFINITY);
  if (served === undefined) return { act: 'sign', signer: 'ca', reason: 'start' };
  if (served.signer.id === ca.id) return renewal(view, served, 'ca');
  return changeover(view, ca, served);
}

/**
 * A new CA: its leaf is not served before it is trusted. Until then the leaf of the CA before is served, and renewed
 * by that CA if its time comes, for as long as that CA is surely trusted. When what is served has expired, a leaf that
 * may be trusted is better than one that is not.
 */
function changeover(view: LeafView, ca: Signer, served: ServedLeaf): LeafPlan {
  const { nowMs, caTrustedSinceMs, settleMs, overlapMs } = view;
  const settledMs = caTrustedSinceMs === undefined ? Number.POSITIVE_INFINITY : caTrustedSinceMs + settleMs;
  if (nowMs >= settledMs) return { act: 'sign', signer: 'ca', reason: 'new-ca' };
  const { signer } = served;
  const signerLasts = signer.expiresMs > nowMs && nowMs < ca.madeMs + overlapMs;
  const plan = signerLasts ? renewal(view, served, 'served') : waitUntil(Number.POSITIVE_INFINITY);
  if (plan.act === 'sign') return plan;
  if (nowMs >= served.expiresMs) return { act: 'sign', signer: 'ca', reason: 'expired' };
  return waitUntil(Math.min(settledMs, plan.untilMs, served.expiresMs));
}

function renewal(view: LeafView, served: ServedLeaf, by: 'ca' | 'served'): LeafPlan {
  const { nowMs, leafMs } = view;
  if (nowMs < served.renewMs) return waitUntil(served.renewMs);
  // A leaf does not outlive its CA: in the CA's last hours another one would gain nothing, again and again.
  const gains = Math.min(nowMs + leafMs, served.signer.expiresMs) > served.expiresMs + RESOLUTION_MS;
  return gains ? { act: 'sign', signer: by, reason: 'renewal' } : waitUntil(Number.POSITIVE_INFINITY);
}

function waitUntil(untilMs: number): LeafPlan {
  return { act: 'wait', untilMs };
}
