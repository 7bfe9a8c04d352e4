import type { KubeObject, WatchEvent } from '../../shared/kube/object.ts';

/** What a path of the Kubernetes API names. `collection` is group, version and plural, without the namespace. */
export interface ApiPath {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Reads `/api/v1/...` and `/apis/group/version/...`; undefined for anything else. Subresources are not served. */
export function parseApiPath(path: string): ApiPath | undefined {
  const match = /^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(
    path,
  );
  if (match === null) return undefined;
  const [, group = '', namespace, plural = '', name] = match;
  return {
    collection: `${group}/${plural}`,
    namespace: namespace && decodeURIComponent(namespace),
    name: name && decodeURIComponent(name),
  };
}

interface Stored {
  readonly at: ApiPath;
  readonly object: KubeObject;
}

export interface StoredEvent {
  readonly revision: number;
  readonly at: ApiPath;
  readonly event: WatchEvent;
}

/** Objects with one revision for all of them, and every event since the last compaction, as etcd keeps them. */
export class KubeApiStore {
  revision = 1000;
  /** Watches and continue tokens from before this revision are answered with 410. */
  compactedAt = 0;
  readonly events: StoredEvent[] = [];
  readonly #objects = new Map<string, Stored>();

  get(at: ApiPath): KubeObject | undefined {
    return this.#objects.get(keyOf(at))?.object;
  }

  /** All objects of a collection, or of one namespace of it, by key. */
  list(at: ApiPath): KubeObject[] {
    return [...this.#objects.entries()]
      .filter(([, stored]) => contains(at, stored.at))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, stored]) => stored.object);
  }

  /** Creates or replaces, unguarded. */
  put(at: ApiPath, object: KubeObject): KubeObject {
    const known = this.get(at);
    this.revision += 1;
    const stored: KubeObject = {
      ...object,
      metadata: {
        ...object.metadata,
        ...(at.namespace === undefined ? {} : { namespace: at.namespace }),
        uid: known?.metadata.uid ?? `uid-${this.revision}`,
        resourceVersion: String(this.revision),
      },
    };
    this.#objects.set(keyOf(at), { at, object: stored });
    this.#record(at, { type: known === undefined ? 'ADDED' : 'MODIFIED', object: stored });
    return stored;
  }

  remove(at: ApiPath): KubeObject | undefined {
    const known = this.get(at);
    if (known === undefined) return undefined;
    this.#objects.delete(keyOf(at));
    this.revision += 1;
    const object = { ...known, metadata: { ...known.metadata, resourceVersion: String(this.revision) } };
    this.#record(at, { type: 'DELETED', object });
    return object;
  }

  /** Forgets the events so far: who watches from before now is too late. */
  compact(): void {
    this.compactedAt = this.revision;
    this.events.length = 0;
  }

  #record(at: ApiPath, event: WatchEvent): void {
    this.events.push({ revision: this.revision, at, event });
  }
}

const keyOf = (at: ApiPath): string => `${at.collection}/${at.namespace ?? ''}/${at.name}`;

/** Whether a watch or list of `scope` sees what is stored at `at`. */
export function contains(scope: ApiPath, at: ApiPath): boolean {
  return (
    scope.collection === at.collection && (scope.namespace === undefined || scope.namespace === at.namespace)
  );
}
