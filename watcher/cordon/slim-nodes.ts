import type { KubeClient } from '../../shared/kube/client.ts';
import { listAllPages } from '../../shared/kube/list-pages.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { ZONE_ID_KEY, ZONE_NAME_ALIASES, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { CORDONED_ANNOTATION, nodeSchema } from '../../shared/views/node.ts';
import { NODE_POOL_LABEL } from '../../shared/views/node-pool.ts';

/** 100 Nodes are about 1.5 MB of JSON. */
const PAGE = 100;

/**
 * A client whose lists of Nodes keep of each only what the cordon reads. A list is handed over as a whole, and 5,000
 * Nodes as they come (each with the names of its images) took 285 MiB, more than the container may have.
 */
export function slimNodes(client: KubeClient): KubeClient {
  return {
    ...client,
    listAll: (type, query = {}, options = {}) =>
      listAllPages(
        async (page) => {
          const { metadata, items } = await client.list(type, page, options);
          return { metadata, items: items.map(slim) };
        },
        { limit: PAGE, ...query },
      ),
  };
}

const KEPT = [NODE_POOL_LABEL, ZONE_ID_KEY, ZONE_NAME_KEY, ...ZONE_NAME_ALIASES, CORDONED_ANNOTATION];

/** The same Node for `toNodeView`; what cannot be read stays as it is, to be reported by whoever reads it. */
export function slim(node: KubeObject): KubeObject {
  const parsed = nodeSchema.safeParse(node);
  if (!parsed.success) return node;
  const { metadata, spec } = parsed.data;
  return {
    metadata: {
      name: metadata.name,
      resourceVersion: metadata.resourceVersion,
      labels: keep(metadata.labels),
      annotations: keep(metadata.annotations),
      managedFields: (metadata.managedFields ?? []).filter(({ fieldsV1 }) => fieldsV1?.['f:spec'] != null),
      ...(metadata.deletionTimestamp == null ? {} : { deletionTimestamp: metadata.deletionTimestamp }),
    },
    spec: { unschedulable: spec?.unschedulable ?? false },
  };
}

function keep(values: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => KEPT.includes(key)));
}
