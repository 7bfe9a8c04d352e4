import { generationOfPool } from '../enforcement/standing.ts';
import type { KubeClient } from '../kube/client.ts';
import { orAbsent } from '../kube/errors.ts';
import { resources } from '../kube/resource.ts';
import { nodePoolSchema } from '../views/node-pool.ts';

/** The highest generation that any stored NodePool names; 0 where none does, or where there are no NodePools at all. */
export async function highestMark(client: Pick<KubeClient, 'listAll'>, signal: AbortSignal): Promise<number> {
  const list = await orAbsent(client.listAll(resources.nodePools, {}, { signal }));
  const marks = (list?.items ?? []).map((item) => {
    const pool = nodePoolSchema.safeParse(item);
    return pool.success ? generationOfPool(pool.data) : 0;
  });
  return Math.max(0, ...marks);
}
