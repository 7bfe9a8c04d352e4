/** When certificates are renewed. Pure; all times in milliseconds since the epoch unless they are `Date`s. */

/** Machines disagree about the time; a certificate is valid from an hour before it was made. */
export const SKEW_MS = 3_600_000;

interface Validity {
  readonly validFromDate: Date;
  readonly validToDate: Date;
}

/**
 * When a certificate was made: its first moment without the allowance for skew. For one that somebody else made
 * without such an allowance it is an hour late, or its first moment if it lives for less than that.
 */
export function madeAt({ validFromDate, validToDate }: Validity): number {
  const made = validFromDate.getTime() + SKEW_MS;
  return made < validToDate.getTime() ? made : validFromDate.getTime();
}

/**
 * When a certificate is to be renewed: after two thirds of its life, as cert-manager does it. The last third is for
 * what may keep the renewal from coming about. Counted from when it was made: with the hour before, a certificate
 * that lives for less than half an hour would be due before it exists.
 */
export function renewAt(certificate: Validity): number {
  const made = madeAt(certificate);
  return made + ((certificate.validToDate.getTime() - made) * 2) / 3;
}
