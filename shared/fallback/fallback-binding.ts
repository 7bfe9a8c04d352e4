import { z } from 'zod';

/**
 * What the binding makes of the policy. `denies`: what it refuses is refused. `audits`: it is only written into the API
 * server's audit log or warned of. `absent`: the policy is in force nowhere.
 */
export type BindingState = 'denies' | 'audits' | 'absent';

const schema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ validationActions: z.array(z.string()).optional() }),
});

export interface BindingView {
  readonly name: string;
  readonly state: Exclude<BindingState, 'absent'>;
}

/** @throws ZodError for what is no binding */
export function readBinding(object: unknown): BindingView {
  const { metadata, spec } = schema.parse(object);
  const denies = spec.validationActions?.includes('Deny') ?? false;
  return { name: metadata.name, state: denies ? 'denies' : 'audits' };
}
