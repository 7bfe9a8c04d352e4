import { z } from 'zod';
import { sameJson } from '../json/same-json.ts';
import { type FallbackProgram, GENERATION_VARIABLE } from './fallback-program.ts';

/** The ValidatingAdmissionPolicy as the watcher looks at it. */
export interface FallbackView {
  readonly name: string;
  readonly resourceVersion: string;
  /** Whatever stands where our rules belong. */
  readonly variables: unknown;
  readonly validations: unknown;
}

const schema = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string() }),
  spec: z.object({ variables: z.unknown().optional(), validations: z.unknown().optional() }),
});

/** Reads the policy. What somebody put where our rules belong may be anything; it is only compared. */
export function readFallback(object: unknown): FallbackView {
  const { metadata, spec } = schema.parse(object);
  return {
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    variables: spec.variables,
    validations: spec.validations,
  };
}

/** Whether the policy says what the rules say, word for word. */
export function holdsProgram(policy: FallbackView, { variables, validations }: FallbackProgram): boolean {
  return sameJson(policy.variables, variables) && sameJson(policy.validations, validations);
}

const generationSchema = z.array(z.object({ name: z.string(), expression: z.string() }));

/** The generation of the rules that the policy has; `undefined` where there is none to read. */
export function generationOfFallback({ variables }: FallbackView): number | undefined {
  const read = generationSchema.safeParse(variables);
  const found = read.data?.find(({ name }) => name === GENERATION_VARIABLE)?.expression;
  return found !== undefined && /^\d{1,16}$/.test(found) ? Number(found) : undefined;
}
