import type { AdmissionTokens } from '../../shared/keys/admission-tokens.ts';
import { BARE, NOWHERE, type Way } from './path-text.ts';
import { asksNow, maybeAsked, OVERLAP_MS, type SeenPaths } from './seen-paths.ts';

/**
 * Which path the API server should ask by, which ones are answered, and when another one is made: docs/keys.md says it in
 * words. Pure; all times in milliseconds.
 */

/** Everything that is decided by. */
export interface PathView {
  readonly nowMs: number;
  /** The tokens in the Secret, the newest first. */
  readonly tokens: AdmissionTokens;
  /** Since when this replica knows each of them. */
  readonly knownMs: ReadonlyMap<string, number>;
  readonly seen: SeenPaths;
}

/**
 * How old a token is before it is written into a configuration that asks by another one. Every replica reads the Secret
 * within moments of a change; until one has, it would answer 404.
 */
export const SETTLE_MS = 10_000;
/** How old the newest token gets: a call that failed unnoticed may have told it to whoever wrote the object. */
export const TOKEN_LIFE_MS = 3_600_000;
/** The least time between two tokens, whatever fails meanwhile. */
export const AT_MOST_EVERY_MS = 60_000;
/** For how long the one before counts by the Secret alone: for a replica that has not seen who asked by it. */
const STORED_OVERLAP_MS = SETTLE_MS + 2 * OVERLAP_MS;

/**
 * The token that the configurations should ask by: the newest that every replica knows. Where one of them asks in no way
 * that is ours there is no time to wait, and the oldest is the one that is known best.
 */
export function wantedToken(view: PathView): string | undefined {
  const settled = view.tokens.find(({ token }) => settledAt(view, token) <= view.nowMs);
  if (settled !== undefined) return settled.token;
  const asked = [...asksNow(view.seen)];
  return asked.some((way) => way === BARE || way === NOWHERE) ? view.tokens.at(-1)?.token : undefined;
}

/** When a token may be written. */
export function settledAt({ knownMs }: PathView, token: string): number {
  return (knownMs.get(token) ?? Number.POSITIVE_INFINITY) + SETTLE_MS;
}

/**
 * Whether a webhook that asks in this way should ask by `wanted` instead. `urgent`: at once. `later`: it asks by a token
 * that is not in the Secret as this replica knows it, which may be one that another replica has just made.
 */
export function pathChange(view: PathView, asked: Way, wanted: string): 'urgent' | 'later' | undefined {
  if (asked === wanted) return undefined;
  if (asked === BARE || asked === NOWHERE) return 'urgent';
  const place = (token: string) => view.tokens.findIndex((one) => one.token === token);
  if (place(asked) === -1) return 'later';
  return place(asked) > place(wanted) ? 'urgent' : undefined;
}

/**
 * The ways in which an API server may ask: by the newest token, by the one before while a replica may not know better, and
 * as the configurations say. They are written by who may administer the cluster, and followed by API servers, so that what
 * stands there is believed, also where the Secret says otherwise: no write fails because a Secret was put back.
 */
export function admittedWays({ nowMs, tokens, seen }: PathView): ReadonlySet<Way> {
  const stored = tokens.flatMap(({ token }, index) => {
    const next = tokens[index - 1];
    return next === undefined || nowMs - next.madeMs < STORED_OVERLAP_MS ? [token] : [];
  });
  // Before the first token the API server asked without one.
  const [first, ...more] = tokens;
  const isFirst = first !== undefined && more.length === 0;
  const before = isFirst && nowMs - first.madeMs < STORED_OVERLAP_MS ? [BARE] : [];
  const ways = new Set([...stored, ...before, ...maybeAsked(seen, nowMs)]);
  ways.delete(NOWHERE);
  return ways;
}

/** Whether a failed call may have quoted the newest token: no configuration has asked by a token that was not written yet. */
export function isExposed({ tokens, seen }: PathView): boolean {
  const [newest] = tokens;
  return newest !== undefined && asksNow(seen).has(newest.token);
}

/**
 * When the newest token may be followed by another one, if something asks for it, and when it is because of its age. By when
 * this replica learned of it: clocks differ.
 */
export function nextToken(view: PathView): { readonly earliestMs: number; readonly agedMs: number } {
  const newest = view.tokens[0]?.token ?? '';
  const knownMs = view.knownMs.get(newest) ?? Number.POSITIVE_INFINITY;
  return { earliestMs: knownMs + AT_MOST_EVERY_MS, agedMs: knownMs + TOKEN_LIFE_MS };
}
