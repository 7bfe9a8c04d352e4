import { sameJson } from '../json/same-json.ts';

/** The webhooks that an installation registers, in each of its two configurations. */
export const EXPECTED_WEBHOOKS = ['nodepools.zonewarden.io', 'nodeclaims.zonewarden.io'] as const;

/** Webhook to failure policy; `null`: there is no such configuration. */
export type RegisteredPolicies = Readonly<Record<string, string>> | null;

/** One line of the audit log about a webhook configuration (docs/audit.md). */
export interface RegistrationRecord {
  /** `break-glass`: webhooks that the product expects are gone. `registration`: any other change, or the first look. */
  readonly event: 'break-glass' | 'registration';
  readonly kind: string;
  readonly configuration: string;
  /** Absent at the first look. */
  readonly from: RegisteredPolicies | undefined;
  readonly to: RegisteredPolicies;
  /** Expected webhooks that the API server does not call. */
  readonly missing: readonly string[];
}

/**
 * What to write down of a configuration; `undefined` where nothing of it changed.
 * @param from as it was last seen; `undefined` at the first look
 */
export function registrationRecord(
  subject: { readonly kind: string; readonly configuration: string },
  from: RegisteredPolicies | undefined,
  to: RegisteredPolicies,
): RegistrationRecord | undefined {
  if (from !== undefined && sameJson(from, to)) return undefined;
  const missing = missingFrom(to);
  const had = from === undefined ? EXPECTED_WEBHOOKS.length : missingFrom(from).length;
  return { event: missing.length > had ? 'break-glass' : 'registration', ...subject, from, to, missing };
}

/** Whether somebody should look: a write may pass unseen that was seen, or would have been refused, before. */
export function isWeaker({ from, to, missing }: RegistrationRecord): boolean {
  if (missing.length > 0) return true;
  return Object.entries(to ?? {}).some(([name, policy]) => policy === 'Ignore' && from?.[name] === 'Fail');
}

/** Expected webhooks that a configuration does not have. */
export function missingFrom(policies: RegisteredPolicies): string[] {
  return EXPECTED_WEBHOOKS.filter((name) => policies === null || !Object.hasOwn(policies, name));
}
