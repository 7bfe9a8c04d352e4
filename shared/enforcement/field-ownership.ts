import type { ManagedFieldsEntry } from '../views/node-pool.ts';

/**
 * Whether a managedFields entry owns a field. `path` is in FieldsV1 spelling, e.g.
 * `['f:spec', 'f:disruption', 'f:budgets']`. Ownership is computed by the API server before mutating admission,
 * so that what a webhook writes is owned by nobody (kubernetes#87671).
 */
export function owns(entry: ManagedFieldsEntry, path: readonly string[]): boolean {
  let node: unknown = entry.fieldsV1;
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return false;
    node = (node as Readonly<Record<string, unknown>>)[step];
  }
  return true;
}

/** Entries of server-side apply that own the field. */
export function appliedOwners(
  entries: readonly ManagedFieldsEntry[],
  path: readonly string[],
): ManagedFieldsEntry[] {
  return entries.filter((entry) => entry.operation === 'Apply' && owns(entry, path));
}

/**
 * The Apply entry that made this write, if it owns the field. `request.options` cannot tell, because an apply patch
 * arrives with UpdateOptions (seen on API server 1.36.3).
 */
export function applyingNow(
  incoming: readonly ManagedFieldsEntry[],
  old: readonly ManagedFieldsEntry[],
  path: readonly string[],
): ManagedFieldsEntry | undefined {
  return appliedOwners(incoming, path).find((entry) => claims(entry, old, path));
}

/**
 * The Apply entry of a field manager, if it owns the field. Had it changed the field by an update instead, its Update
 * entry would own it and no Apply entry.
 */
export function appliedBy(
  manager: string | undefined,
  entries: readonly ManagedFieldsEntry[],
  path: readonly string[],
): ManagedFieldsEntry | undefined {
  return manager === undefined
    ? undefined
    : appliedOwners(entries, path).find((entry) => entry.manager === manager);
}

/** The entries that claimed the field in this write, by whatever means. */
export function claimingNow(
  incoming: readonly ManagedFieldsEntry[],
  old: readonly ManagedFieldsEntry[],
  path: readonly string[],
): ManagedFieldsEntry[] {
  return incoming.filter((entry) => owns(entry, path) && claims(entry, old, path));
}

/**
 * Whether this write is its entry's own. A write that changes something stamps its writer's entry with the time, and no
 * other; and nobody comes to own a field but by writing it, which tells where the second is the same. A manager has an
 * entry for each version of the API by which it wrote: one of them that stands as it stood is enough.
 */
function claims(
  entry: ManagedFieldsEntry,
  old: readonly ManagedFieldsEntry[],
  path: readonly string[],
): boolean {
  const stood = ({ operation, manager, subresource, time }: ManagedFieldsEntry): boolean =>
    operation === entry.operation &&
    manager === entry.manager &&
    subresource === entry.subresource &&
    time === entry.time;
  return !old.some((candidate) => stood(candidate) && owns(candidate, path));
}
