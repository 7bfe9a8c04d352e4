import { z } from 'zod';

const ZONE_KEY = 'topology.kubernetes.io/zone';

const nodePoolSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        requirements: z.array(
          z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }),
        ),
      }),
    }),
  }),
});

/**
 * Whether Karpenter could make nodes in the zone for this NodePool: no requirement keeps the zone out. Written for the
 * tests, without the product's own reading of requirements.
 *
 * @throws ZodError for what is no NodePool
 */
export function couldLaunchIn(nodePool: unknown, zone: string): boolean {
  const { requirements } = nodePoolSchema.parse(nodePool).spec.template.spec;
  return !requirements.some(
    ({ key, operator, values = [] }) =>
      key === ZONE_KEY &&
      ((operator === 'In' && !values.includes(zone)) || (operator === 'NotIn' && values.includes(zone))),
  );
}
