import { generationOfPool } from '../enforcement/standing.ts';
import type { KubeClient } from '../kube/client.ts';
import { isNotFound } from '../kube/errors.ts';
import { resources } from '../kube/resource.ts';
import { nodePoolSchema } from '../views/node-pool.ts';

/** The highest generation that any stored NodePool names; 0 where none does, or where there are no NodePools at all. */
export async function highestMark(client: Pick<KubeClient, 'listAll'>, signal: AbortSignal): Promise<number> {
  try {
    const { items } = await client.listAll(resources.nodePools, {}, { signal });
    return Math.max(
      0,
      ...items.map((item) => {
        const pool = nodePoolSchema.safeParse(item);
        return pool.success ? generationOfPool(pool.data) : 0;
      }),
    );
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}
