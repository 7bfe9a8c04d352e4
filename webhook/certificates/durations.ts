import { z } from 'zod';
import { parseDuration, showDuration } from '../../shared/settings/duration.ts';
import { AUTHORITY_LIFETIME_MS, LEAF_LIFETIME_MS } from './authority.ts';

/** What the options for the life of certificates may be. Pure. */

export const DEFAULT_CA_DURATION = showDuration(AUTHORITY_LIFETIME_MS);
export const DEFAULT_LEAF_DURATION = showDuration(LEAF_LIFETIME_MS);

/** Making keys takes tenths of a second, certificates tell their times in seconds: below this nothing is left to renew in. */
const SHORTEST_CA_MS = 30_000;
const SHORTEST_LEAF_MS = 5_000;

/** A duration as Go and cert-manager write it (`8760h`), to milliseconds. */
export const certificateDuration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue(
    `'${text}' is not a duration: expected whole numbers with the units h, m, s, ms, such as 8760h`,
  );
  return z.NEVER;
});

/**
 * Why two durations do not go together, and which option to change; `undefined` when they do. A leaf has to be shorter
 * than the last third of its CA: a replica that signs one just before the CA is renewed then has all of its life, and
 * the CA before stays trusted for as long, while it is still valid.
 */
export function durationsProblem(
  caMs: number,
  leafMs: number,
): { readonly option: 'caDuration' | 'leafDuration'; readonly why: string } | undefined {
  const tooShort = (ms: number, leastMs: number) =>
    `${showDuration(ms)} is too short: at least ${showDuration(leastMs)}`;
  if (caMs < SHORTEST_CA_MS) return { option: 'caDuration', why: tooShort(caMs, SHORTEST_CA_MS) };
  if (leafMs < SHORTEST_LEAF_MS) return { option: 'leafDuration', why: tooShort(leafMs, SHORTEST_LEAF_MS) };
  if (leafMs * 3 < caMs) return undefined;
  const why = `${showDuration(leafMs)} is too long: less than a third of the CA's ${showDuration(caMs)}`;
  return { option: 'leafDuration', why };
}
