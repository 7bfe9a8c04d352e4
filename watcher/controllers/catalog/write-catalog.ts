import type { Catalog } from '../../../shared/catalog/catalog.ts';
import type { KubeClient } from '../../../shared/kube/client.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { CATALOG_KEY, CATALOG_NAME, packCatalog } from '../../../shared/stores/catalog-config-map.ts';
import { WATCHER_LABELS } from '../../../shared/stores/record-store.ts';
import { WATCHER_FIELD_MANAGER } from '../../../shared/views/node.ts';

const TIMEOUT_MS = 10_000;

/**
 * Puts a catalogue into its ConfigMap, which is made where there is none. Only its key is written: labels and
 * annotations that somebody gave it stay.
 *
 * @throws CatalogTooLargeError, KubeError
 */
export async function writeCatalog(
  client: Pick<KubeClient, 'patch' | 'create'>,
  namespace: string,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<void> {
  const content = { binaryData: { [CATALOG_KEY]: packCatalog(catalog) } };
  const options = { fieldManager: WATCHER_FIELD_MANAGER, timeoutMs: TIMEOUT_MS, signal };
  const at = { namespace, name: CATALOG_NAME };
  try {
    await client.patch(resources.configMaps, at, { kind: 'merge', body: content }, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await client.create(
      resources.configMaps,
      { metadata: { ...at, labels: WATCHER_LABELS }, ...content },
      options,
    );
  }
}
