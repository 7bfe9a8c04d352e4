type Members = Readonly<Record<string, unknown>>;

/**
 * Whether two JSON values are the same. Order matters in arrays and not in objects; a member that is
 * `undefined` is the same as one that is absent, as it is once the value has been through the wire.
 * Written as plain loops: it runs several times for each admission request.
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const isList = Array.isArray(left);
  if (isList !== Array.isArray(right)) return false;
  return isList
    ? sameItems(left, right as readonly unknown[])
    : sameMembers(left as Members, right as Members);
}

function sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) {
    if (!sameJson(left[index], right[index])) return false;
  }
  return true;
}

function sameMembers(left: Members, right: Members): boolean {
  // Object.keys and not for-in: V8 gives up on optimising for-in over objects of many shapes, again and again.
  const names = Object.keys(left);
  for (const name of names) if (!sameJson(left[name], right[name])) return false;
  const others = Object.keys(right);
  if (others.length === names.length) return true;
  for (const name of others) if (right[name] !== undefined && left[name] === undefined) return false;
  return true;
}
