import { isGone } from './errors.ts';
import type { KubeList } from './object.ts';
import type { ListQuery } from './query.ts';

/** As kubectl and client-go's pager: large enough for few round trips, small enough for the server's memory. */
const PAGE_SIZE = 500;
/**
 * 20 Nodes are about 340 kB of JSON, with the names of their images. With pages of 100, what 15,000 objects left behind for
 * the collector came to 75 MiB in place of 53, and they were read no sooner (docs/benchmarks.md, leader-memory).
 */
const STREAMED_PAGE_SIZE = 20;

/** Whether another page follows. */
export function hasMore({ continue: token }: KubeList['metadata']): boolean {
  return token !== undefined && token !== '';
}

/**
 * The pages of a list, one after the other, small ones: for who keeps little of each object.
 *
 * @throws KubeError; `kube.gone` when the continue token expires half way: the pages would no longer be one state
 */
export async function* pagesOf(
  readPage: (query: ListQuery) => Promise<KubeList>,
  query: ListQuery,
): AsyncGenerator<KubeList, void> {
  let page = await readPage({ limit: STREAMED_PAGE_SIZE, ...query });
  yield page;
  while (hasMore(page.metadata)) {
    const { resourceVersion: _, ...rest } = query;
    page = await readPage({
      limit: STREAMED_PAGE_SIZE,
      ...rest,
      continueToken: page.metadata.continue,
    });
    yield page;
  }
}

/** How often a list is begun; a token lives for minutes, and most lists are read in less than a second. */
const MOST_BEGINNINGS = 3;

/**
 * Reads all pages of a list. When a continue token expires half way (410: the pages would no longer be one state), the
 * list is begun anew, page by page: client-go's pager then asks for all of it in one piece, which for the Nodes of a large
 * cluster is hundreds of megabytes at a time.
 *
 * @throws KubeError; `kube.gone` when that happens again and again
 */
export async function listAllPages(
  readPage: (query: ListQuery) => Promise<KubeList>,
  query: ListQuery,
): Promise<KubeList> {
  const { continueToken: _, ...anew } = query;
  for (let beginnings = 1; ; beginnings += 1) {
    const items: KubeList['items'] = [];
    let metadata: KubeList['metadata'] = {};
    try {
      for await (const page of pagesOf(readPage, {
        limit: PAGE_SIZE,
        ...(beginnings === 1 ? query : anew),
      })) {
        // One by one: a server that ignores the limit may send more than a call takes as arguments.
        for (const item of page.items) items.push(item);
        metadata = page.metadata;
      }
      return { metadata, items };
    } catch (error) {
      if (!isGone(error) || items.length === 0 || beginnings === MOST_BEGINNINGS) throw error;
    }
  }
}
