import type { Catalog } from '../catalog/catalog.ts';
import { CatalogUnreadableError } from '../catalog/catalog-unreadable-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ListWatchProblem, ListWatchTuning } from '../kube/list-watch.ts';
import { CATALOG_NAME, catalogInConfigMap } from './catalog-config-map.ts';
import { createDocumentWatch, type DocumentWatch } from './document-watch.ts';

/** `current()` is `undefined` where there is no such ConfigMap, or none was read yet. */
export type CatalogWatch = DocumentWatch<Catalog | undefined>;

/**
 * Watches the ConfigMap of the instance catalogue. What cannot be read changes nothing: the last good one stays until it
 * is mended. One that is not there, or is deleted, means that the cluster has none.
 */
export function createCatalogWatch(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  /** What is in force, once it is known and after each change of the ConfigMap that can be read. */
  onCatalog?(catalog: Catalog | undefined): void;
  /** `unreadable`: it holds no catalogue, once for each such edit. All else is the list/watch's. */
  onProblem(kind: ListWatchProblem['kind'] | 'unreadable', error: unknown): void;
  readonly tuning?: ListWatchTuning;
}): CatalogWatch {
  return createDocumentWatch<Catalog | undefined>({
    client: options.client,
    namespace: options.namespace,
    name: CATALOG_NAME,
    defaults: undefined,
    read: catalogInConfigMap,
    isUnreadable: (error) => error instanceof CatalogUnreadableError,
    onValue: (catalog) => options.onCatalog?.(catalog),
    onProblem: (kind, error) => options.onProblem(kind, error),
    tuning: options.tuning,
  });
}
