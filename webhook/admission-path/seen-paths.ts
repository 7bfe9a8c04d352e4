import type { ResourceType } from '../../shared/kube/resource.ts';
import type { WebhookName } from '../admission/outcome.ts';
import type { Registration } from '../registration/registration-watch.ts';
import { BARE, type Way, wayAsked } from './path-text.ts';

/** In which ways the webhook configurations were seen to ask. Pure: each state makes a new picture. */
export interface SeenPaths {
  /** By kind; a kind is missing while nothing was heard of it. `ways` is `undefined` where there is no configuration. */
  readonly configurations: ReadonlyMap<string, SeenConfiguration>;
  /** When a way was last seen to be asked that no configuration asks any more. */
  readonly leftMs: ReadonlyMap<Way, number>;
}

interface SeenConfiguration {
  readonly name: string;
  readonly ways: readonly Way[] | undefined;
}

/** Before anything was seen. */
export const NOTHING_SEEN: SeenPaths = { configurations: new Map(), leftMs: new Map() };

/**
 * For how long a way is believed after it was seen to be given up. An API server hears of a configuration by watch and uses
 * it with the next request, in a fraction of a second where nothing is wrong; one whose watch breaks waits for up to 30 s
 * (client-go's reflector), and asks in the old way meanwhile.
 */
export const OVERLAP_MS = 60_000;
/**
 * The same for the path without a token, which everybody knows. Where a configuration is called by URL each apply of its
 * manifest brings it back for a moment, and so it is believed for less.
 */
const BARE_OVERLAP_MS = 10_000;

/** The step that a kind of configuration registers. */
export function stepOfKind({ kind }: ResourceType): WebhookName {
  return kind === 'MutatingWebhookConfiguration' ? 'mutate' : 'validate';
}

/** The picture after another state of one configuration. */
export function seePaths(before: SeenPaths, registration: Registration, nowMs: number): SeenPaths {
  const { type, name, webhooks } = registration;
  const ways = webhooks?.map(({ askedAt }) => wayAsked(askedAt, stepOfKind(type)));
  const configurations = new Map([...before.configurations, [type.kind, { name, ways }]]);
  const asked = waysIn(configurations);
  const given = [...waysIn(before.configurations)].filter((way) => !asked.has(way));
  const lately = [...before.leftMs].filter(([way, ms]) => !asked.has(way) && maySurvive(way, ms, nowMs));
  return { configurations, leftMs: new Map([...lately, ...given.map((way) => [way, nowMs] as const)]) };
}

/** The ways in which any configuration asks. */
export function asksNow(seen: SeenPaths): ReadonlySet<Way> {
  return waysIn(seen.configurations);
}

/** The ways in which an API server may still ask, because a configuration says so, or did so a moment ago. */
export function maybeAsked(seen: SeenPaths, nowMs: number): ReadonlySet<Way> {
  const lately = [...seen.leftMs].flatMap(([way, ms]) => (maySurvive(way, ms, nowMs) ? [way] : []));
  return new Set([...waysIn(seen.configurations), ...lately]);
}

/** The configurations that exist and ask in one of these ways, as `Kind name`. */
export function askingBy(seen: SeenPaths, ways: readonly Way[]): string[] {
  return [...seen.configurations].flatMap(([kind, { name, ways: asked }]) =>
    asked?.some((way) => ways.includes(way)) === true ? [`${kind} ${name}`] : [],
  );
}

function waysIn(configurations: SeenPaths['configurations']): ReadonlySet<Way> {
  return new Set([...configurations.values()].flatMap(({ ways = [] }) => ways));
}

function maySurvive(way: Way, leftMs: number, nowMs: number): boolean {
  return nowMs - leftMs < (way === BARE ? BARE_OVERLAP_MS : OVERLAP_MS);
}
