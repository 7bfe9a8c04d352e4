import { nearestWord } from '../../documents/nearest-word.ts';
import type { Problem } from '../core/rule.ts';
import type { Field, ObjectField, Place } from './field.ts';

/**
 * What is said of a field that the CRD doesn't have. The API server drops it, unless it is asked to be strict, as kubectl
 * does: a warning, with the field that was probably meant.
 */
export function unknownField(field: ObjectField, name: string, { path, root }: Place): Problem {
  return {
    message:
      `${name} is no field of ${path === '' ? "the object in Karpenter's CRD" : `${path} in Karpenter's CRD`}; kubectl ` +
      'refuses it, and through any other client it is dropped without a word',
    fix: whatIsMeant(field, name, root),
    path: path === '' ? name : `${path}.${name}`,
    atMost: 'warn',
  };
}

function whatIsMeant(field: ObjectField, name: string, root: Field): string {
  const near = nearestWord(name, Object.keys(field.fields));
  if (near !== undefined) return `Write ${near} if that is meant, or remove ${name}`;
  const [elsewhere, ...others] = placesOf(root, name, '');
  return elsewhere === undefined || others.length > 0
    ? `Remove ${name}`
    : `Move it to ${elsewhere}, or remove it`;
}

/** Paths of the fields of this name, outside of lists. */
function placesOf(field: Field, name: string, path: string): string[] {
  if (field.type !== 'object') return [];
  return Object.entries(field.fields).flatMap(([each, part]) => {
    const at = path === '' ? each : `${path}.${each}`;
    return each === name ? [at] : placesOf(part, name, at);
  });
}
