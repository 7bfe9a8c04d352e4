import { z } from 'zod';
import { isRegionName, regionOfZoneName } from './region-codes.ts';

const nodeSchema = z.object({
  spec: z.object({ providerID: z.string() }).partial().catch({}).default({}),
  metadata: z.object({ labels: z.record(z.string(), z.string()).catch({}).default({}) }),
});

/**
 * The Region of a Node: `aws:///us-east-1a/i-0a1b2c3d` has it in the name of the zone, which the cloud provider wrote; else
 * what its label says. `undefined` for a Node that is not of AWS.
 */
export function regionOfNode(object: unknown): string | undefined {
  const node = nodeSchema.safeParse(object);
  if (!node.success) return undefined;
  const { spec, metadata } = node.data;
  const [, zoneName = ''] = /^aws:\/\/\/([^/]+)\/./.exec(spec.providerID ?? '') ?? [];
  const label = metadata.labels['topology.kubernetes.io/region'] ?? '';
  return regionOfZoneName(zoneName) ?? (isRegionName(label) ? label : undefined);
}
