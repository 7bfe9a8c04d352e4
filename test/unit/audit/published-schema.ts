import { z } from 'zod';
import { readDocument } from '../docs/markdown.ts';

type Json = Readonly<Record<string, unknown>>;

const published = JSON.parse(readDocument('docs/schemas/audit-line.schema.json')) as Json;
const open = z.fromJSONSchema(published);

/** What is wrong with a line by the schema as it is published, which lets fields of later versions pass; `[]`: nothing. */
export function problemsOf(line: unknown): string[] {
  return told(open.safeParse(line));
}

/** The same, where a field that the schema does not name is wrong as well: for lines of this version. */
export function strictProblemsOf(line: unknown): string[] {
  const { component, event } = z.looseObject({ component: z.string(), event: z.string() }).parse(line);
  const schemas = linesOf(component, event).map((schema) => z.fromJSONSchema(close(schema) as Json));
  if (schemas.length !== 1) return [`${schemas.length} schemas for ${component} ${event}`];
  return schemas.flatMap((schema) => told(schema.safeParse(line)));
}

/** The fields that it names of the line with an event, by component. */
export function fieldsOf(component: string, event: string): string[] {
  return linesOf(component, event).flatMap(({ properties }) => Object.keys(properties as Json));
}

function linesOf(component: string, event: string): Json[] {
  return linesIn(published).filter(({ properties }) => {
    const { component: of, event: is } = properties as Readonly<Record<string, Json>>;
    return of?.const === component && [is?.const, ...((is?.enum as unknown[]) ?? [])].includes(event);
  });
}

function linesIn(schema: Json): Json[] {
  return Array.isArray(schema.oneOf) ? schema.oneOf.flatMap((part) => linesIn(part as Json)) : [schema];
}

function told(result: z.ZodSafeParseResult<unknown>): string[] {
  return result.success ? [] : [JSON.stringify(result.error.issues)];
}

/** Every object that names its fields has no others. */
function close(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(close);
  if (typeof part !== 'object' || part === null) return part;
  const members = Object.entries(part).map(([key, value]) => [key, close(value)]);
  return { ...Object.fromEntries(members), ...('properties' in part ? { additionalProperties: false } : {}) };
}
