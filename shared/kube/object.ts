/** The part of `metadata` that the product relies on; whatever else the server sent is kept. */
export interface ObjectMeta {
  name?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  /** RFC 3339, the server's clock. */
  creationTimestamp?: string;
  deletionTimestamp?: string;
  managedFields?: unknown[];
  ownerReferences?: unknown[];
  [field: string]: unknown;
}

/** Any object of the API: only its envelope is typed, everything else is read through a schema by who needs it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** One page of a list, or all pages joined. Items of a list carry no apiVersion and kind of their own. */
export interface KubeList {
  metadata: { resourceVersion?: string; continue?: string };
  items: KubeObject[];
}

/** What a watch hears. A bookmark is an object that has nothing but a resourceVersion. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: KubeObject;
}

/** `namespace/name`, or `name` for what lives in no namespace: the key of an object in a cache. */
export function objectKey(metadata: ObjectMeta): string {
  const name = metadata.name ?? '';
  return metadata.namespace === undefined ? name : `${metadata.namespace}/${name}`;
}
