import { isGone } from './errors.ts';
import type { KubeList } from './object.ts';
import type { ListQuery } from './query.ts';

/** As kubectl and client-go's pager: large enough for few round trips, small enough for the server's memory. */
const pageSize = 500;

/**
 * Reads all pages of a list. When a continue token expires half way (410: the pages would no longer be one
 * state), the whole list is read once more in one piece, as client-go's pager does.
 */
export async function listAllPages(
  readPage: (query: ListQuery) => Promise<KubeList>,
  query: ListQuery,
): Promise<KubeList> {
  const items: KubeList['items'] = [];
  let page = await readPage({ limit: pageSize, ...query });
  const take = () => {
    // One by one: a server that ignores the limit may send more than a call takes as arguments.
    for (const item of page.items) items.push(item);
  };
  take();
  while (page.metadata.continue !== undefined && page.metadata.continue !== '') {
    const { resourceVersion: _, ...rest } = query;
    try {
      page = await readPage({ limit: pageSize, ...rest, continueToken: page.metadata.continue });
    } catch (error) {
      if (!isGone(error)) throw error;
      const { limit: _limit, continueToken: _token, ...whole } = query;
      return readPage(whole);
    }
    take();
  }
  return { metadata: page.metadata, items };
}
