import { createHash } from 'node:crypto';

/** One decision asks for that of a long list for each change that a mark names: a hundred times, where it is forged. */
const known = new WeakMap<object, string>();

/** By which a value that is too long for a mark is known again: 128 bits of SHA-256 over its JSON. */
export function digestOf(value: object): string {
  const before = known.get(value);
  if (before !== undefined) return before;
  const digest = createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('base64url')
    .slice(0, 22);
  known.set(value, digest);
  return digest;
}

/** The order of members says nothing: an API server may give them back in another one. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, ordered(member)]));
}
