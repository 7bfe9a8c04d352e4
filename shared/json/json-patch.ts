import { sameJson } from './same-json.ts';

/** RFC 6902, as far as we use it. `test` is left out on purpose: a failed one is a 500 even under Ignore. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** One step of a JSON pointer (RFC 6901). */
export function pointerStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * The operations that turn one list into another: members of changed entries where the lists line up, entries
 * added or removed at the end, the whole list otherwise. Made from the list under review, so that each path exists.
 */
export function patchList(
  path: string,
  from: readonly object[] | undefined,
  to: readonly object[] | undefined,
): JsonPatchOperation[] {
  if (from === to || sameJson(from, to)) return [];
  if (to === undefined) return [{ op: 'remove', path }];
  if (from === undefined) return [{ op: 'add', path, value: to }];
  const shared = Math.min(from.length, to.length);
  const operations: JsonPatchOperation[] = [];
  for (let index = 0; index < shared; index += 1) {
    const step = patchEntry(`${path}/${index}`, from[index] ?? {}, to[index] ?? {});
    if (step === undefined) return [{ op: 'replace', path, value: to }];
    operations.push(...step);
  }
  // From the last one down, so that no removal moves the index of another.
  for (let index = from.length - 1; index >= shared; index -= 1)
    operations.push({ op: 'remove', path: `${path}/${index}` });
  for (const value of to.slice(shared)) operations.push({ op: 'add', path: `${path}/-`, value });
  return operations;
}

/** Member by member for the same entry (`key` and `operator` equal); `undefined` when it is another entry. */
function patchEntry(path: string, from: object, to: object): JsonPatchOperation[] | undefined {
  if (sameJson(from, to)) return [];
  const before = new Map<string, unknown>(Object.entries(from));
  const after = new Map<string, unknown>(Object.entries(to));
  if (!before.has('key') || before.get('key') !== after.get('key')) return undefined;
  if (before.get('operator') !== after.get('operator')) return undefined;
  return patchMembers(path, before, after);
}

function patchMembers(
  path: string,
  before: Map<string, unknown>,
  after: Map<string, unknown>,
): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, value] = [before.get(name), after.get(name)];
    if (sameJson(old, value)) continue;
    const at = `${path}/${pointerStep(name)}`;
    if (value === undefined) operations.push({ op: 'remove', path: at });
    else operations.push({ op: old === undefined ? 'add' : 'replace', path: at, value });
  }
  return operations;
}

/**
 * Sets or removes one annotation. When the last one goes, the whole map goes: an empty map is dropped by the API
 * server at the next write, which would make that write a change.
 */
export function patchAnnotation(
  annotations: Readonly<Record<string, string>> | undefined,
  name: string,
  value: string | undefined,
): JsonPatchOperation[] {
  const present = annotations?.[name];
  if (present === value) return [];
  const path = `/metadata/annotations/${pointerStep(name)}`;
  if (value !== undefined) {
    if (annotations === undefined)
      return [{ op: 'add', path: '/metadata/annotations', value: { [name]: value } }];
    return [{ op: present === undefined ? 'add' : 'replace', path, value }];
  }
  const last = Object.keys(annotations ?? {}).length === 1;
  return [{ op: 'remove', path: last ? '/metadata/annotations' : path }];
}
