import type { Registration } from '../registration/registration-watch.ts';
import { certificatesIn } from './ca-bundle.ts';

/**
 * What the webhook configurations were seen to trust, and since when. Pure: each state makes a new picture. By kind;
 * a kind is missing while nothing was heard of it.
 */
export type SeenTrust = ReadonlyMap<string, SeenConfiguration>;

interface SeenConfiguration {
  readonly name: string;
  /** Fingerprint to since when every webhook has it in its caBundle; `undefined`: there is no such configuration. */
  readonly since: ReadonlyMap<string, number> | undefined;
}

/** The picture after another state of one configuration. */
export function seeTrust(before: SeenTrust, registration: Registration, nowMs: number): SeenTrust {
  const { type, name, webhooks } = registration;
  const known = before.get(type.kind)?.since;
  const everywhere = webhooks === undefined ? undefined : trustedByEach(webhooks);
  const since = everywhere && new Map(everywhere.map((id) => [id, known?.get(id) ?? nowMs]));
  return new Map([...before, [type.kind, { name, since }]]);
}

/**
 * Since when all configurations that exist trust a CA; `undefined` when one does not, or when of one of the `kinds`
 * nothing is known. 0 when none exists: whom nobody calls, nobody has to trust.
 */
export function trustedSince(seen: SeenTrust, kinds: readonly string[], id: string): number | undefined {
  let latest = 0;
  for (const kind of kinds) {
    const configuration = seen.get(kind);
    if (configuration === undefined) return undefined;
    if (configuration.since === undefined) continue;
    const since = configuration.since.get(id);
    if (since === undefined) return undefined;
    latest = Math.max(latest, since);
  }
  return latest;
}

/** The configurations that exist and do not trust a CA, as `Kind name`. */
export function distrusting(seen: SeenTrust, id: string): string[] {
  return [...seen].flatMap(([kind, { name, since }]) =>
    since === undefined || since.has(id) ? [] : [`${kind} ${name}`],
  );
}

function trustedByEach(webhooks: readonly { readonly caBundle: string }[]): string[] {
  const bundles = webhooks.map(
    ({ caBundle }) => new Set(certificatesIn(caBundle).map((certificate) => certificate.fingerprint256)),
  );
  const [first = new Set<string>(), ...others] = bundles;
  return [...first].filter((id) => others.every((bundle) => bundle.has(id)));
}
