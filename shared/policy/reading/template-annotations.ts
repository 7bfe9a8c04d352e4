import { z } from 'zod';
import type { Subject } from '../core/subject.ts';

/** On a node: Karpenter leaves it alone, as far as it decides itself. */
export const DO_NOT_DISRUPT = 'karpenter.sh/do-not-disrupt';

const words = z.record(z.string(), z.string()).catch({});
const pool = z
  .object({ spec: z.object({ template: z.object({ metadata: z.object({ annotations: words }) }) }) })
  .transform(({ spec }) => spec.template.metadata.annotations)
  .catch({});

/** The annotations that its nodes will have: those of a NodePool's template, or of a NodeClaim. Never throws. */
export function annotationsOfNodes({ kind, object, facts }: Subject): Readonly<Record<string, string>> {
  return kind === 'NodePool' ? pool.parse(object) : facts.annotations;
}
