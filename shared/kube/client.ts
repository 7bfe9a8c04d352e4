import { decodeList, decodeObject } from './decode.ts';
import { KubeError } from './errors.ts';
import type { KubeAccess } from './kube-config.ts';
import { listAllPages } from './list-pages.ts';
import type { KubeList, KubeObject, WatchEvent } from './object.ts';
import { type ListQuery, queryString, type WatchQuery } from './query.ts';
import { type ResourceType, resourcePath, typed } from './resource.ts';
import { createTransport, type HttpCall } from './transport.ts';
import { type CallOptions, callApi } from './unary-call.ts';
import { watchStream } from './watch-stream.ts';

export type { KubeList, KubeObject, WatchEvent } from './object.ts';
export type { ListQuery, Selection, WatchQuery } from './query.ts';
export type { CallOptions } from './unary-call.ts';

export interface ObjectAddress {
  namespace?: string | undefined;
  name: string;
}

export interface WriteOptions extends CallOptions {
  fieldManager?: string | undefined;
  dryRun?: boolean | undefined;
  subresource?: string | undefined;
}

/** `merge`: RFC 7386; `json`: a list of RFC 6902 operations; `apply`: server-side apply, needs a fieldManager. */
export interface KubePatch {
  kind: 'merge' | 'json' | 'apply';
  body: unknown;
}

/** Calls to one API server over one pool of connections. Every method throws only `KubeError`. */
export interface KubeClient {
  get(type: ResourceType, at: ObjectAddress, options?: CallOptions): Promise<KubeObject>;
  /** One page; `metadata.continue` leads to the next. */
  list(type: ResourceType, query?: ListQuery, options?: CallOptions): Promise<KubeList>;
  /** All pages, 500 objects each unless `limit` says otherwise; the time limit holds for each page. */
  listAll(type: ResourceType, query?: ListQuery, options?: CallOptions): Promise<KubeList>;
  create(
    type: ResourceType,
    object: KubeObject,
    options?: Omit<WriteOptions, 'subresource'> & { namespace?: string | undefined },
  ): Promise<KubeObject>;
  /** Writes the whole object; its resourceVersion is the guard: `kube.conflict` if somebody wrote in between. */
  replace(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  patch(
    type: ResourceType,
    at: ObjectAddress,
    patch: KubePatch,
    options?: WriteOptions & { force?: boolean | undefined },
  ): Promise<KubeObject>;
  delete(
    type: ResourceType,
    at: ObjectAddress,
    options?: CallOptions & { dryRun?: boolean | undefined },
  ): Promise<void>;
  /**
   * One watch with bookmarks, sent when the iteration begins. Ends when the server ends it in order; see
   * `watchStream` for what is thrown. Silence of `inactivityMs` ends it.
   */
  watch(
    type: ResourceType,
    query: WatchQuery,
    options: { signal: AbortSignal; inactivityMs: number },
  ): AsyncIterable<WatchEvent>;
  /** Ends all calls and watches with `kube.aborted` and closes all connections, for good. */
  close(): void;
}

export interface KubeClientConfig {
  kubeConfig: KubeAccess;
  userAgent: string;
  /** Time for a call that names none, in milliseconds. */
  requestTimeoutMs?: number | undefined;
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  // JSON is YAML, so a JSON body is fine under this type.
  apply: 'application/apply-patch+yaml',
} as const;

/** Makes a client; nothing is sent yet. Close it when done. */
export function createKubeClient(config: KubeClientConfig): KubeClient {
  const transport = createTransport(config.kubeConfig, config.userAgent);
  const closing = new AbortController();
  const defaultTimeoutMs = config.requestTimeoutMs ?? 10_000;

  const send = (call: HttpCall, options: CallOptions): Promise<string> =>
    callApi(transport, call, {
      signals: [closing.signal, options.signal],
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    });

  const sendForObject = async (call: HttpCall, options: CallOptions): Promise<KubeObject> =>
    decodeObject(await send(call, options), call.where);

  const client: KubeClient = {
    get: async (type, at, options = {}) =>
      sendForObject(buildCall('get', 'GET', pathOf(type, at), ''), options),

    async list(type, query = {}, options = {}) {
      const call = buildCall(
        'list',
        'GET',
        resourcePath(type, { namespace: query.namespace }),
        listQuery(query),
      );
      return decodeList(await send(call, options), call.where);
    },

    listAll: (type, query = {}, options = {}) =>
      listAllPages((page) => client.list(type, page, options), query),

    async create(type, object, options = {}) {
      const namespace = options.namespace ?? object.metadata.namespace;
      const path = resourcePath(type, { namespace: required(type, namespace, 'create') });
      return sendForObject(
        buildCall('create', 'POST', path, writeQuery(options), typed(type, object)),
        options,
      );
    },

    async replace(type, object, options = {}) {
      const { namespace, name = '' } = object.metadata;
      const path = pathOf(type, { namespace, name }, options.subresource);
      return sendForObject(
        buildCall('replace', 'PUT', path, writeQuery(options), typed(type, object)),
        options,
      );
    },

    async patch(type, at, patch, options = {}) {
      const path = pathOf(type, at, options.subresource);
      const query = writeQuery({ ...options, force: options.force });
      const call = buildCall('patch', 'PATCH', path, query, patch.body, patchTypes[patch.kind]);
      return sendForObject({ ...call, repeatable: patch.kind !== 'json' }, options);
    },

    async delete(type, at, options = {}) {
      await send(buildCall('delete', 'DELETE', pathOf(type, at), writeQuery(options)), options);
    },

    watch(type, query, options) {
      const { namespace, ...fields } = query;
      const path = resourcePath(type, { namespace });
      const call = buildCall(
        'watch',
        'GET',
        path,
        queryString({ watch: 1, allowWatchBookmarks: true, ...fields }),
      );
      return watchStream(transport, call, {
        signals: [closing.signal, options.signal],
        connectMs: Math.min(defaultTimeoutMs, options.inactivityMs),
        inactivityMs: options.inactivityMs,
      });
    },

    close() {
      closing.abort(new Error('the client was closed'));
      transport.close();
    },
  };
  return client;
}

function buildCall(
  verb: string,
  method: HttpCall['method'],
  path: string,
  query: string,
  body?: unknown,
  contentType = 'application/json',
): HttpCall {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = { Accept: 'application/json' };
  return {
    method,
    path: path + query,
    headers:
      text === undefined
        ? headers
        : { ...headers, 'Content-Type': contentType, 'Content-Length': String(Buffer.byteLength(text)) },
    body: text,
    repeatable: method === 'GET',
    where: `${verb} ${path}`,
  };
}

function listQuery(query: ListQuery): string {
  const { namespace: _, continueToken, ...fields } = query;
  return queryString({ ...fields, continue: continueToken });
}

function writeQuery(options: {
  fieldManager?: string | undefined;
  dryRun?: boolean | undefined;
  force?: boolean | undefined;
}): string {
  const { fieldManager, dryRun, force } = options;
  return queryString({ fieldManager, force, dryRun: dryRun === true ? 'All' : undefined });
}

function pathOf(type: ResourceType, at: ObjectAddress, subresource?: string): string {
  if (at.name === '') {
    throw new KubeError('kube.invalid', `the address of a ${type.kind} has no name`);
  }
  return resourcePath(type, { ...at, namespace: required(type, at.namespace, at.name), subresource });
}

/** Without its namespace the path would name something else, or nothing. */
function required(type: ResourceType, namespace: string | undefined, what: string): string | undefined {
  if (!type.namespaced || namespace !== undefined) return namespace;
  throw new KubeError('kube.invalid', `${type.kind} ${what}: the namespace is missing`);
}
