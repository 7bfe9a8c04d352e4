import type { Problem } from '../core/rule.ts';

/** Where a value stands. */
export interface Place {
  /** `spec.limits`; of a mapping's value the path of the mapping, because keys may contain dots. */
  readonly path: string;
  /** What the value is called in messages: `values[0]`, or the key in a mapping. */
  readonly name: string;
  /** The field that was asked about first, to find where else a name belongs. */
  readonly root: Field;
}

/** What a CEL rule of the CRD asks of a value that has the right type. `path` leads to the value. */
export type ValueRule = (value: unknown, path: string) => readonly Problem[];

interface WithRules {
  readonly rules?: readonly ValueRule[];
}

export interface TextField extends WithRules {
  readonly type: 'text';
  readonly pattern?: RegExp;
  /** In the place of a pattern that would take JavaScript too long. */
  readonly accepts?: (text: string) => boolean;
  /** What the pattern asks for, in words and examples: `like 30s, 1h30m or Never`. */
  readonly like?: string;
  /** In characters. */
  readonly longest?: number;
  readonly notEmpty?: boolean;
  readonly oneOf?: readonly string[];
  /** Values that only later releases of Karpenter accept, each with the first of these releases. */
  readonly since?: Readonly<Record<string, string>>;
  readonly format?: 'date-time';
}

export interface WholeField {
  readonly type: 'whole';
  readonly least?: number;
  readonly most?: number;
}

/** A number or text such as `500m` and `10Gi`. */
export interface QuantityField {
  readonly type: 'quantity';
}

export interface ObjectField extends WithRules {
  readonly type: 'object';
  readonly fields: Readonly<Record<string, Field>>;
  /** What must be there, and has no default. */
  readonly required?: readonly string[];
  /** Those of `required` that later releases of Karpenter no longer ask for, each with the first of these releases. */
  readonly optionalSince?: Readonly<Record<string, string>>;
}

/** Any keys, values of one kind. */
export interface MapField extends WithRules {
  readonly type: 'map';
  readonly values: Field;
  readonly most?: number;
}

export interface ListField {
  readonly type: 'list';
  readonly items: Field;
  readonly most?: number;
  /** No value twice. */
  readonly unique?: boolean;
}

/** Something that is there and that nobody looks into here. */
export interface OpaqueField {
  readonly type: 'opaque';
}

/** What the API server asks of one field: the part of a CRD's OpenAPI schema that refuses something. */
export type Field = TextField | WholeField | QuantityField | ObjectField | MapField | ListField | OpaqueField;

export const OPAQUE: OpaqueField = { type: 'opaque' };
