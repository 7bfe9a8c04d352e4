import { type Field, OPAQUE } from '../../../shared/policy/crd/field.ts';

/** A table that asks for less in one place, with what it no longer asks. */
export interface Weakened {
  readonly without: string;
  readonly field: Field;
}

/** Every table that lacks one thing of this one: what a fault of the table, or of the code that reads it, could be. */
export function weakened(field: Field, path: string): Weakened[] {
  if (field.type === 'opaque') return [];
  const own = [...ownParts(field)].map(([what, weaker]) => ({ without: `${path} ${what}`, field: weaker }));
  return [{ without: `${path} ${field.type}`, field: OPAQUE }, ...own, ...below(field, path)];
}

const LIMITS = [
  'pattern',
  'accepts',
  'longest',
  'notEmpty',
  'oneOf',
  'format',
  'least',
  'most',
  'unique',
] as const;

function* ownParts(field: Field): Generator<[string, Field]> {
  for (const name of LIMITS) {
    if (name in field) yield [name, { ...field, [name]: undefined }];
  }
  if (!('rules' in field) || field.rules === undefined) return;
  for (const rule of field.rules)
    yield ['rule', { ...field, rules: field.rules.filter((one) => one !== rule) }];
}

function below(field: Field, path: string): Weakened[] {
  switch (field.type) {
    case 'list':
      return weakened(field.items, `${path}[]`).map((one) => ({
        ...one,
        field: { ...field, items: one.field },
      }));
    case 'map':
      return weakened(field.values, `${path}.*`).map((one) => ({
        ...one,
        field: { ...field, values: one.field },
      }));
    case 'object': {
      const { required = [], fields } = field;
      const optional = required.map((name) => ({
        without: `${path} needs ${name}`,
        field: { ...field, required: required.filter((one) => one !== name) },
      }));
      const parts = Object.entries(fields).flatMap(([name, part]) =>
        weakened(part, `${path}.${name}`).map((one) => ({
          ...one,
          field: { ...field, fields: { ...fields, [name]: one.field } },
        })),
      );
      return [...optional, ...parts];
    }
    default:
      return [];
  }
}
