/**
 * Whether a JSON value holds more than so many characters, in strings and names: about what its text would be longer by.
 * It makes no text of it, and is done as soon as there are more.
 */
export function holdsMoreThan(value: unknown, most: number): boolean {
  return charactersLeft(value, most) < 0;
}

function charactersLeft(value: unknown, most: number): number {
  if (typeof value === 'string') return most - value.length;
  if (typeof value !== 'object' || value === null) return most;
  let left = most;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left >= 0; at += 1) left = charactersLeft(value[at], left);
    return left;
  }
  for (const [name, member] of Object.entries(value)) {
    left = charactersLeft(member, left - name.length);
    if (left < 0) break;
  }
  return left;
}
