import type { ManagedFieldsEntry } from './nodepool-view.ts';

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

/** Whether anybody at all owns the field. */
export function anyoneOwns(entries: readonly ManagedFieldsEntry[], path: readonly string[]): boolean {
  return entries.some((entry) => owns(entry, path));
}

/** Entries of server-side apply that own the field. */
export function appliedOwners(
  entries: readonly ManagedFieldsEntry[],
  path: readonly string[],
): ManagedFieldsEntry[] {
  return entries.filter((entry) => entry.operation === 'Apply' && owns(entry, path));
}

/**
 * The Apply entry that made this write, if it owns the field: its time differs from the one in the old object.
 * An apply that changes something stamps its own entry and no other; `request.options` cannot tell, because an
 * apply patch arrives with UpdateOptions (seen on API server 1.36.3).
 */
export function applyingNow(
  incoming: readonly ManagedFieldsEntry[],
  old: readonly ManagedFieldsEntry[],
  path: readonly string[],
): ManagedFieldsEntry | undefined {
  return appliedOwners(incoming, path).find((entry) => {
    const before = old.find(
      (candidate) =>
        candidate.operation === 'Apply' &&
        candidate.manager === entry.manager &&
        candidate.subresource === entry.subresource,
    );
    return before?.time !== entry.time;
  });
}
