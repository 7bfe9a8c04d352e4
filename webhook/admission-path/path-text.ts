import { TOKEN_PATTERN } from '../../shared/keys/admission-tokens.ts';
import type { WebhookName } from '../admission/outcome.ts';
import type { AskedAt } from '../registration/registered-webhook.ts';

/** The paths of admission requests, as text. Pure. */

/**
 * What stands behind the token is for people: the API server quotes the whole URL when nobody answers, and this names the
 * document that says what to do then.
 */
const DOCUMENT = 'if-this-fails-see/docs/break-glass.md';

/**
 * How somebody asks: by a token, which stands here as it is, or in one of two other ways. `BARE` is the path without a
 * token that older versions have in their manifests.
 */
export type Way = string;
export const BARE: Way = 'bare';
/** A path that no version answers: none at all, as in the manifests, or one of somebody else's. */
export const NOWHERE: Way = 'nowhere';

/** The step that a path begins with, and the way; `undefined` for one that belongs to no step. */
export function readPath(path: string): { readonly step: WebhookName; readonly way: Way } | undefined {
  const [root, step, token = ''] = path.split('/', 3);
  if (root !== '' || (step !== 'mutate' && step !== 'validate')) return undefined;
  return { step, way: TOKEN_PATTERN.test(token) ? token : BARE };
}

/** How the API server asks a webhook, as its configuration says. */
export function wayAsked(askedAt: AskedAt, step: WebhookName): Way {
  const { path } = splitAt(askedAt, step);
  return readPath(path)?.way ?? NOWHERE;
}

/** What the configuration should say instead: all before the path stays, such as the host of a URL. */
export function askedWith(askedAt: AskedAt, step: WebhookName, token: string): string {
  return `${splitAt(askedAt, step).before}/${step}/${token}/${DOCUMENT}`;
}

/** The path from the step on, and all before it: a proxy in front of us may have a path of its own for us. */
function splitAt({ field, text }: AskedAt, step: WebhookName): { before: string; path: string } {
  // The path of a Service is ours alone, whatever somebody made of it.
  if (field === 'service.path') return { before: '', path: text.startsWith(`/${step}`) ? text : '' };
  const [, host = '', path = ''] = /^(https:\/\/[^/]*)(.*)$/.exec(text) ?? [];
  const at = `${path}/`.indexOf(`/${step}/`);
  return at === -1
    ? { before: host + path.replace(/\/+$/, ''), path: '' }
    : { before: host + path.slice(0, at), path: path.slice(at) };
}
