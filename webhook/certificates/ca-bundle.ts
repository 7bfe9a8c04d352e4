import { X509Certificate } from 'node:crypto';
import { madeAt } from './lifetime.ts';

/**
 * The caBundle of a webhook: PEM certificates in base64, any of which may have signed what the webhook serves. Pure.
 */

const PEM_BEGIN = '-----BEGIN CERTIFICATE-----';
const PEM_END = '-----END CERTIFICATE-----';

/** How many certificates besides ours are kept, so that a Secret that is lost again and again can't grow the bundle. */
const MAX_OTHERS = 3;

/** What a replica wants of a caBundle. */
export interface WantedTrust {
  /** The CA in the Secret. */
  readonly authority: X509Certificate;
  /** The CA that signed what this replica serves, if it is another one. */
  readonly served?: X509Certificate;
  /** How long a CA before `authority` stays trusted after `authority` was made. */
  readonly overlapMs: number;
}

/** What is to be written instead of a caBundle. */
export interface BundleChange {
  /** The new bundle, in base64. */
  readonly value: string;
  /**
   * True when a certificate that the API server must trust is not in it: to be written at once. False when it only
   * holds what should go.
   */
  readonly urgent: boolean;
}

/**
 * What is to become of a caBundle; `undefined` when it is as wanted.
 *
 * Another CA stays while another replica may serve what it signed. Nobody asks the replicas: a CA that is older than
 * ours goes when ours is `overlapMs` old. With the life of a leaf for it, all that was signed before ours was made has
 * expired by then, whether or not the replica that serves it has heard of ours. One that is newer than ours is the CA
 * of a Secret that this replica has not seen yet, or of one that was lost: it stays until it expires, or until ours is
 * followed by one that is newer than both. Of all others the newest three stay.
 * @param current the caBundle as it is (base64), empty when there is none; what can't be read is dropped
 */
export function bundleChange(current: string, wanted: WantedTrust, now: Date): BundleChange | undefined {
  const present = certificatesIn(current);
  const needed = neededNow(wanted, now);
  const others = present
    .filter((one) => !holds(needed, one) && mayServe(one, wanted, now))
    .sort((a, b) => b.validFromDate.getTime() - a.validFromDate.getTime())
    .slice(0, MAX_OTHERS);
  const urgent = needed.some((one) => !holds(present, one));
  const goal = [...needed, ...others];
  if (!urgent && present.every((one) => holds(goal, one))) return undefined;
  return { value: Buffer.from(goal.map(String).join('')).toString('base64'), urgent };
}

/** The certificates in a caBundle (base64), as far as they can be read. */
export function certificatesIn(caBundle: string): X509Certificate[] {
  // In one pass over the text: a regular expression would look for the end from each beginning anew.
  const [, ...blocks] = Buffer.from(caBundle, 'base64').toString().split(PEM_BEGIN);
  return blocks.flatMap((block) => {
    const end = block.indexOf(PEM_END);
    if (end === -1) return [];
    try {
      return [new X509Certificate(`${PEM_BEGIN}${block.slice(0, end)}${PEM_END}`)];
    } catch {
      return [];
    }
  });
}

function neededNow({ authority, served }: WantedTrust, now: Date): X509Certificate[] {
  if (served === undefined || holds([authority], served) || served.validToDate <= now) return [authority];
  return [authority, served];
}

function mayServe(other: X509Certificate, { authority, overlapMs }: WantedTrust, now: Date): boolean {
  if (other.validToDate <= now) return false;
  const isOlder = other.validFromDate <= authority.validFromDate;
  return !isOlder || now.getTime() < madeAt(authority) + overlapMs;
}

function holds(certificates: readonly X509Certificate[], wanted: X509Certificate): boolean {
  return certificates.some((one) => one.fingerprint256 === wanted.fingerprint256);
}
