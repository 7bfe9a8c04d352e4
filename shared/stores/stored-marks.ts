import { marksOf } from '../enforcement/mark.ts';
import type { EnforcementScene } from '../enforcement/settings.ts';
import { generationOfPool } from '../enforcement/standing.ts';
import type { KubeClient } from '../kube/client.ts';
import { orAbsent } from '../kube/errors.ts';
import { pagesOf } from '../kube/list-pages.ts';
import type { ListQuery } from '../kube/query.ts';
import { resources } from '../kube/resource.ts';
import { nodePoolSchema } from '../views/node-pool.ts';

/** What the marks of all stored NodePools say together. */
export interface StoredMarks {
  /** Whether any NodePool bears a mark, whoever made it. */
  readonly any: boolean;
  /** The highest generation of those that are genuine; 0 where none is. */
  readonly highest: number;
}

/** One may have 1.5 MB. */
const PAGE_SIZE = 4;

/** Reads the marks of all NodePools; where there is no such kind there are none. @throws KubeError */
export async function readStoredMarks(
  client: Pick<KubeClient, 'list'>,
  keys: EnforcementScene['markKeys'],
  signal: AbortSignal,
): Promise<StoredMarks> {
  const marks = { any: false, highest: 0 };
  const read = async (): Promise<void> => {
    const readPage = (page: ListQuery) => client.list(resources.nodePools, page, { signal });
    // Nothing of a page is kept: all NodePools together may be more than there is memory for.
    for await (const { items } of pagesOf(readPage, { limit: PAGE_SIZE }))
      for (const pool of items.flatMap((item) => nodePoolSchema.safeParse(item).data ?? [])) {
        marks.any ||= marksOf(pool) !== undefined;
        marks.highest = Math.max(marks.highest, generationOfPool(pool, keys));
      }
  };
  await orAbsent(read());
  return marks;
}
