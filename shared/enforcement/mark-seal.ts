import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { keyWithId, type MarkKey, type MarkKeys } from './mark-keys.ts';

/**
 * Marks stand in NodePools, which many may write. A mark that is ours ends with an HMAC over itself and the NodePool's
 * name, so that what somebody else wrote, or copied from another NodePool, is told from it.
 */

/** The last member of a mark: the key's ID and 128 bits of HMAC-SHA-256 (RFC 2104 allows no fewer than half of it). */
const SEAL = /,"mac":"([\w-]{1,32})\.([\w-]{22})"\}$/;

/** A mark without its seal; a mark that has none is the same text. */
export function unsealed(mark: string): string {
  const seal = SEAL.exec(mark);
  return seal === null ? mark : `${mark.slice(0, seal.index)}}`;
}

/**
 * @param content the text of a mark as `encodeDeclared` makes it
 * @param pool name of the NodePool; empty while the API server has not made one up
 */
export function sealed(content: string, pool: string, { current }: MarkKeys): string {
  return `${content.slice(0, -1)},"mac":"${current.id}.${macOf(content, pool, current)}"}`;
}

/** Whether a mark was made for that NodePool by somebody who has one of the keys. */
export function isSealed(mark: string, pool: string, keys: MarkKeys): boolean {
  const [, id = '', mac = ''] = SEAL.exec(mark) ?? [];
  const key = keyWithId(keys, id);
  if (key === undefined) return false;
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(unsealed(mark), pool, key)));
}

/** A name has no line break in it, so that no name and content come to what another name and content come to. */
function macOf(content: string, pool: string, key: MarkKey): string {
  const text = `${pool}\n${content}`;
  // The validating step asks for what the mutating step has just made.
  if (lately?.key === key && lately.text === text) return lately.mac;
  const mac = createHmac('sha256', keyObjectOf(key)).update(text).digest('base64url').slice(0, 22);
  lately = { key, text, mac };
  return mac;
}

let lately: { readonly key: MarkKey; readonly text: string; readonly mac: string } | undefined;

/** Keys live as long as the ring that they were read with. */
const keyObjects = new WeakMap<MarkKey, KeyObject>();

/**
 * Given bytes, Node throws and catches an error at each call, to find out that they are no key of its own: 30 us, where the
 * HMAC itself takes 6.
 */
function keyObjectOf(key: MarkKey): KeyObject {
  const known = keyObjects.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key.secret);
  keyObjects.set(key, made);
  return made;
}
