import type { JsonPatchOperation } from './json-patch.ts';

/**
 * What a patch of ours makes of a value. Nothing is changed in place: what the patch does not touch is shared with the
 * value. A path that leads nowhere changes nothing, since our patches are made from the value that they are for.
 */
export function applyJsonPatch(value: unknown, patch: readonly JsonPatchOperation[]): unknown {
  return patch.reduce((current, operation) => applied(current, stepsOf(operation.path), operation), value);
}

function stepsOf(path: string): string[] {
  const steps = path.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function applied(value: unknown, [step, ...rest]: readonly string[], operation: JsonPatchOperation): unknown {
  if (step === undefined) return operation.op === 'remove' ? undefined : operation.value;
  if (Array.isArray(value)) return inList(value, step, rest, operation);
  if (typeof value !== 'object' || value === null) return value;
  const { [step]: member, ...others } = value as Readonly<Record<string, unknown>>;
  if (rest.length === 0 && operation.op === 'remove') return others;
  if (rest.length > 0 && member === undefined) return value;
  // In its place: who compares texts sees no change of order.
  return { ...value, [step]: applied(member, rest, operation) };
}

function inList(
  list: readonly unknown[],
  step: string,
  rest: readonly string[],
  operation: JsonPatchOperation,
): readonly unknown[] {
  const index = step === '-' ? list.length : Number(step);
  const isThere = index < list.length;
  if (!isThere && (rest.length > 0 || operation.op !== 'add')) return list;
  if (rest.length > 0) return list.with(index, applied(list[index], rest, operation));
  if (operation.op === 'remove') return list.toSpliced(index, 1);
  return list.toSpliced(index, operation.op === 'add' ? 0 : 1, operation.value);
}
