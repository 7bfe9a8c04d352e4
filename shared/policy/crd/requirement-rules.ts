import { z } from 'zod';
import type { Problem } from '../core/rule.ts';
import type { ValueRule } from './field.ts';
import { shown } from './shown.ts';

/** What the rules look at; a value of the wrong type is told elsewhere. */
const requirementSchema = z.object({
  key: z.string().catch('the label'),
  operator: z.string(),
  values: z.array(z.unknown()).default([]),
  minValues: z.number().optional().catch(undefined),
});
type Requirement = z.output<typeof requirementSchema>;

const BOUNDS: ReadonlySet<string> = new Set(['Gt', 'Lt', 'Gte', 'Lte']);
const LARGEST = 2n ** 63n - 1n;

/**
 * What the CRD's x-kubernetes-validations of `requirements` ask of each entry. They read `values` without asking whether
 * it is there: where it is missing and they need it, that is an error, and refused too.
 */
export const requirementRule: ValueRule = (value, path) => {
  const { data } = requirementSchema.safeParse(value);
  if (data === undefined) return [];
  if (data.operator === 'In') return ofList(data, path);
  return BOUNDS.has(data.operator) ? ofBound(data, path) : [];
};

function ofList({ key, values, minValues = 0 }: Requirement, path: string): Problem[] {
  if (values.length === 0) {
    return [
      { message: `${key} has operator In and no values`, fix: 'List values, or use operator Exists', path },
    ];
  }
  if (minValues <= values.length) return [];
  return [
    {
      message: `${key} has minValues ${minValues} and lists ${values.length} ${values.length === 1 ? 'value' : 'values'}`,
      fix: `List at least ${minValues} values, or lower minValues to ${values.length}`,
      path,
      found: values.length,
      needed: minValues,
    },
  ];
}

function ofBound({ key, operator, values }: Requirement, path: string): Problem[] {
  const [bound] = values;
  if (values.length === 1 && isWholeNumber(bound)) return [];
  const found = values.length === 1 ? shown(bound) : `${values.length} values`;
  return [
    {
      message: `${key} has operator ${operator} with ${found}; it takes one whole number of 0 or more, as text`,
      fix: 'Write one number in quotes, such as "4"',
      path,
    },
  ];
}

/** What CEL's int() reads (Go's ParseInt), from 0. A number that isn't text is told by its type. */
function isWholeNumber(value: unknown): boolean {
  if (typeof value !== 'string') return true;
  return /^(?:\+?\d+|-0+)$/.test(value) && BigInt(value.replace(/^[+-]/, '')) <= LARGEST;
}
