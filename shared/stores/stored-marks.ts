import { marksOf } from '../enforcement/mark.ts';
import type { EnforcementScene } from '../enforcement/settings.ts';
import { generationOfPool } from '../enforcement/standing.ts';
import type { KubeClient } from '../kube/client.ts';
import { orAbsent } from '../kube/errors.ts';
import { resources } from '../kube/resource.ts';
import { nodePoolSchema } from '../views/node-pool.ts';

/** What the marks of all stored NodePools say together. */
export interface StoredMarks {
  /** Whether any NodePool bears a mark, whoever made it. */
  readonly any: boolean;
  /** The highest generation of those that are genuine; 0 where none is. */
  readonly highest: number;
}

/** Reads the marks of all NodePools; where there is no such kind there are none. @throws KubeError */
export async function readStoredMarks(
  client: Pick<KubeClient, 'listAll'>,
  keys: EnforcementScene['markKeys'],
  signal: AbortSignal,
): Promise<StoredMarks> {
  const list = await orAbsent(client.listAll(resources.nodePools, {}, { signal }));
  const pools = (list?.items ?? []).flatMap((item) => nodePoolSchema.safeParse(item).data ?? []);
  return {
    any: pools.some((pool) => marksOf(pool) !== undefined),
    highest: pools.reduce((most, pool) => Math.max(most, generationOfPool(pool, keys)), 0),
  };
}
