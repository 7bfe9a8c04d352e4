/**
 * Whether two JSON values are the same. Order matters in arrays and not in objects; a member that is
 * `undefined` is the same as one that is absent, as it is once the value has been through the wire.
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  return sameMembers(new Map(Object.entries(left)), new Map(Object.entries(right)));
}

function sameMembers(left: Map<string, unknown>, right: Map<string, unknown>): boolean {
  for (const [key, value] of left) if (!sameJson(value, right.get(key))) return false;
  for (const [key, value] of right) if (value !== undefined && !left.has(key)) return false;
  return true;
}
