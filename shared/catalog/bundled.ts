import bundledTypes from './bundled-types.json' with { type: 'json' };
import type { Catalog } from './catalog.ts';
import { readCatalog } from './catalog-document.ts';

let catalog: Catalog | undefined;

/**
 * The snapshot of instance facts that comes with the product (`npm run catalog:snapshot` makes it): of no Region, so that
 * it knows no zones, and what is counted in it is an upper bound. Read at the first call, some milliseconds.
 */
export function bundledCatalog(): Catalog {
  catalog ??= readCatalog(bundledTypes);
  return catalog;
}
