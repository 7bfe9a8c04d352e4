import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Field } from '../../../shared/policy/crd/field.ts';
import { KNOWN_LABEL_KEYS } from '../../../shared/policy/crd/label-keys.ts';
import { OBJECT_FIELDS } from '../../../shared/policy/crd/object-fields.ts';
import { karpenterCrdFiles } from '../../control-plane/crd-files.ts';

/** The parts of an OpenAPI schema that refuse something; another part than these makes the reading fail. */
interface Schema {
  readonly type?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | undefined;
  readonly items?: Schema | undefined;
  readonly required?: readonly string[] | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
  readonly format?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly maxProperties?: number | undefined;
  readonly default?: unknown;
  readonly 'x-kubernetes-list-type'?: string | undefined;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string }[] | undefined;
}

const number = z.number().optional();
const text = z.string().optional();
const schemaSchema: z.ZodType<Schema> = z.strictObject({
  description: text,
  type: text,
  properties: z.lazy(() => z.record(z.string(), schemaSchema)).optional(),
  additionalProperties: z.lazy(() => schemaSchema).optional(),
  items: z.lazy(() => schemaSchema).optional(),
  required: z.array(z.string()).optional(),
  enum: z.array(z.string()).optional(),
  pattern: text,
  format: text,
  minLength: number,
  maxLength: number,
  minimum: number,
  maximum: number,
  maxItems: number,
  maxProperties: number,
  default: z.unknown().optional(),
  anyOf: z.unknown().optional(),
  'x-kubernetes-int-or-string': z.literal(true).optional(),
  'x-kubernetes-list-type': text,
  'x-kubernetes-map-type': text,
  'x-kubernetes-validations': z.array(z.object({ rule: z.string() })).optional(),
});

const crdSchema = z.object({
  spec: z.object({
    versions: z.tuple([
      z.object({
        name: z.literal('v1'),
        schema: z.object({ openAPIV3Schema: z.object({ properties: z.object({ spec: schemaSchema }) }) }),
      }),
    ]),
  }),
});

/** One line for each thing that is asked of a field, from the CRD. */
function facts(schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties, items, required = [] } = schema;
  const hasDefault = (name: string) => properties[name]?.default !== undefined;
  // Length and pattern of a list are those of its items, put in the wrong place; the API server ignores them.
  const ownText =
    schema.type === 'array'
      ? []
      : [`${path} pattern ${schema.pattern}`, `${path} longest ${schema.maxLength}`];
  return [
    `${path} is ${typeOf(schema)}`,
    ...required.filter((name) => !hasDefault(name)).map((name) => `${path} needs ${name}`),
    ...(schema.enum ?? []).map((word) => `${path} may be ${word}`),
    ...ownText,
    `${path} format ${schema.format === 'date-time' ? schema.format : undefined}`,
    `${path} from ${schema.minimum} to ${schema.maximum}`,
    `${path} at most ${schema.maxItems ?? schema.maxProperties}`,
    `${path} unique ${schema['x-kubernetes-list-type'] === 'set'}`,
    ...Object.entries(properties).flatMap(([name, part]) => facts(part, `${path}.${name}`)),
    ...(additionalProperties === undefined ? [] : facts(additionalProperties, `${path}.*`)),
    ...(items === undefined ? [] : facts(items, `${path}[]`)),
  ];
}

function typeOf({ type, additionalProperties }: Schema): string {
  if (type === undefined) return 'quantity';
  if (type === 'object' && additionalProperties !== undefined) return 'map';
  return { string: 'text', integer: 'whole', array: 'list' }[type] ?? type;
}

/** The same lines from our table. */
function tableFacts(field: Field, path: string): string[] {
  if (field.type === 'opaque') return [];
  return [`${path} is ${field.type}`, ...ownFacts(field, path), ...partsOf(field, path)];
}

function ownFacts(field: Field, path: string): string[] {
  const text = field.type === 'text' ? field : undefined;
  const range = field.type === 'whole' ? field : undefined;
  const counted = field.type === 'list' || field.type === 'map' ? field : undefined;
  return [
    ...(text?.oneOf ?? []).map((word) => `${path} may be ${word}`),
    ...(field.type === 'list'
      ? []
      : [`${path} pattern ${patternOf(field)}`, `${path} longest ${text?.longest}`]),
    `${path} format ${text?.format}`,
    // The bound of replicas is that of the scale subresource.
    `${path} from ${range?.least} to ${path === 'spec.replicas' ? undefined : range?.most}`,
    `${path} at most ${counted?.most}`,
    `${path} unique ${field.type === 'list' && field.unique === true}`,
  ];
}

function patternOf(field: Field): string | undefined {
  if (field.type === 'quantity') return QUANTITY;
  if (field.type !== 'text') return undefined;
  return field.accepts === undefined ? field.pattern?.source : SCHEDULE;
}

function partsOf(field: Field, path: string): string[] {
  if (field.type === 'map') return tableFacts(field.values, `${path}.*`);
  if (field.type === 'list') return tableFacts(field.items, `${path}[]`);
  if (field.type !== 'object') return [];
  const { required = [], fields } = field;
  return [
    ...required.map((name) => `${path} needs ${name}`),
    ...Object.entries(fields).flatMap(([name, part]) => tableFacts(part, `${path}.${name}`)),
  ];
}

/** Both are functions in the product, which the differential test compares. */
const QUANTITY = String.raw`^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`;
const SCHEDULE = String.raw`^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`;

/** Every CEL rule with its place. */
function celRules(schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties, items } = schema;
  return [
    ...(schema['x-kubernetes-validations'] ?? []).map(({ rule }) => `${path}: ${rule}`),
    ...Object.entries(properties).flatMap(([name, part]) => celRules(part, `${path}.${name}`)),
    ...(additionalProperties === undefined ? [] : celRules(additionalProperties, `${path}.*`)),
    ...(items === undefined ? [] : celRules(items, `${path}[]`)),
  ];
}

const withoutSlashes = (source: string) => source.replaceAll('\\/', '/');

describe.each(['NodePool', 'NodeClaim'] as const)("the table of a %s's fields", (kind) => {
  let spec: Schema;

  beforeAll(async () => {
    const name = `karpenter.sh_${kind.toLowerCase()}s.yaml`;
    const file = (await karpenterCrdFiles('aws')).find((one) => one.endsWith(name)) ?? name;
    spec = crdSchema.parse(parse(readFileSync(file, 'utf8'))).spec.versions[0].schema.openAPIV3Schema
      .properties.spec;
  });

  it("asks what Karpenter's CRD asks, field by field", () => {
    const table = tableFacts(OBJECT_FIELDS[kind].fields.spec ?? { type: 'opaque' }, 'spec');
    const told = (lines: readonly string[]) => lines.map(withoutSlashes).sort();
    expect(told(table)).toEqual(told(facts(spec, 'spec')));
  });

  it('has a place for each of its CEL rules', () => {
    expect(celRules(spec, 'spec')).toMatchSnapshot();
  });
});

it('knows the label keys that the CEL rules know', async () => {
  const files = await karpenterCrdFiles('aws');
  const crd = readFileSync(files.find((file) => file.endsWith('nodepools.yaml')) ?? '', 'utf8');
  const lists = [
    ...crd.matchAll(
      /(?:x|self) in (\[[^\]]*\]) \|\| !(?:x|self)\.find\("\^\(\[\^\/\]\+\)"\)\.endsWith\("([^"]*)"\)/g,
    ),
  ];
  expect(lists).toHaveLength(4);
  for (const [, list = '', domain = ''] of lists) {
    const known = new Set(z.array(z.string()).parse(JSON.parse(list)));
    expect([...known].sort()).toEqual([...(KNOWN_LABEL_KEYS[domain] ?? [])].sort());
  }
});
