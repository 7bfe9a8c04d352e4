import { z } from 'zod';
import type { ExampleObject } from './examples.ts';

const group = z.record(z.string(), z.unknown());
const poolSchema = z.looseObject({
  spec: z.looseObject({
    disruption: group.default({}),
    template: z.looseObject({ spec: group }),
  }),
});

/**
 * A NodePool as the API server stores it: with what the CRD fills in (karpenter.sh_nodepools.yaml v1.14.1, `default`), and
 * before any webhook sees it.
 */
export function withDefaults(object: ExampleObject): ExampleObject {
  if (object.kind !== 'NodePool') return object;
  const { spec } = poolSchema.parse(object);
  const { disruption, template } = spec;
  return {
    ...object,
    spec: {
      ...spec,
      disruption: {
        budgets: [{ nodes: '10%' }],
        consolidationPolicy: 'WhenEmptyOrUnderutilized',
        consolidateAfter: '0s',
        ...disruption,
      },
      template: { ...template, spec: { expireAfter: '720h', ...template.spec } },
    },
  };
}
