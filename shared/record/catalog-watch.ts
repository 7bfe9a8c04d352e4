import type { Catalog } from '../catalog/catalog.ts';
import { CatalogUnreadableError } from '../catalog/catalog-unreadable-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { createListWatch, type ListWatchProblem, type ListWatchTuning } from '../kube/list-watch.ts';
import { resources } from '../kube/resource.ts';
import { CATALOG_NAME, catalogInConfigMap } from './catalog-config-map.ts';

export interface CatalogWatch {
  start(): void;
  stop(): Promise<void>;
  /** The cluster's catalogue, the last good one; `undefined` where there is no such ConfigMap, or none was read yet. */
  current(): Catalog | undefined;
  /** Why `current()` is not what the ConfigMap says, in words; `undefined` when it is. */
  problem(): string | undefined;
  /**
   * Resolves when the API server was asked once. @throws KubeError `kube.aborted` when the signal aborts or the watch is
   * stopped before.
   */
  whenKnown(signal?: AbortSignal): Promise<void>;
}

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
  let catalog: Catalog | undefined;
  let problem: string | undefined;
  let isTold = false;
  const tell = () => {
    options.onCatalog?.(catalog);
    isTold = true;
  };
  const watch = createListWatch({
    client: options.client,
    type: resources.configMaps,
    query: { namespace: options.namespace, fieldSelector: `metadata.name=${CATALOG_NAME}` },
    // Read by the handler: what throws here never reaches one, and an edit that follows could not be told from silence.
    parse: ({ binaryData }) => ({ binaryData }),
    handlers: {
      onSet(object) {
        try {
          catalog = catalogInConfigMap(object);
        } catch (error) {
          if (!(error instanceof CatalogUnreadableError)) throw error;
          problem = error.message;
          options.onProblem('unreadable', error);
          return;
        }
        problem = undefined;
        tell();
      },
      onDelete() {
        catalog = undefined;
        problem = undefined;
        tell();
      },
      onSync: () => (isTold ? undefined : tell()),
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
    ...(options.tuning === undefined ? {} : { tuning: options.tuning }),
  });
  const where = `ConfigMap ${options.namespace}/${CATALOG_NAME}`;
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    current: () => catalog,
    problem: () => problem ?? (watch.synced ? undefined : `${where} has not been read yet`),
    whenKnown: (signal) => watch.whenSynced(signal),
  };
}
