import { cut, fitsInJson } from './bounded-text.ts';

/**
 * Bytes of JSON that the name of a resource may have. The longest ARN of an EKS cluster has some 160; ARC allows 2,048,
 * and twelve of those a zone filled a ConfigMap.
 */
export const NAME_BYTES = 256;

/** A mark of the whole name, so that two long ones that begin alike are two. */
const MARK_LENGTH = 16;

/**
 * The name of a resource as it may stand in a source's ID: itself, or its beginning and a mark of all of it where it is
 * too long. The same name always comes out the same, so that an end finds its start. Shortening twice changes nothing more.
 */
export function shortName(name: string): string {
  if (fitsInJson(name, NAME_BYTES)) return name;
  return `${cut(name, NAME_BYTES - MARK_LENGTH - 1)}~${markOf(name)}`;
}

/** What a source of a kind is called that speaks of one resource, or of `region`. */
export function sourceNamed(kind: string, scope: string): { readonly id: string; readonly kind: string } {
  return { id: `${kind}/${shortName(scope)}`, kind };
}

/**
 * Two FNV-1a hashes of 32 bits. They keep honest names apart; who makes up a name that has the mark of another could as
 * well send that other name.
 */
function markOf(text: string): string {
  return [0x811c9dc5, 0x01000193].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');
}

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
