import { z } from 'zod';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

const listSchema = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).optional(),
        deletionTimestamp: z.string().optional(),
      }),
    }),
  ),
});

/** Every cluster-wide object that is ours by its labels or its name, as `Kind name`, and whether it is on its way out. */
export async function leftBehind(controlPlane: ControlPlane): Promise<string[]> {
  const { stdout } = await controlPlane.kubectl([
    'api-resources',
    '--namespaced=false',
    '--verbs=list',
    '-o',
    'name',
  ]);
  const kinds = stdout.trim().split('\n').join(',');
  const all = await controlPlane.kubectl(['get', kinds, '-o', 'json']);
  return listSchema.parse(JSON.parse(all.stdout)).items.flatMap(({ kind, metadata }) => {
    const ours = metadata.labels?.['app.kubernetes.io/part-of'] === 'zonewarden';
    if (!ours && !metadata.name.includes('zonewarden')) return [];
    return [`${kind} ${metadata.name}${metadata.deletionTimestamp === undefined ? '' : ' (going)'}`];
  });
}
