import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import jsonPatch from 'fast-json-patch';
import type { KubeObject } from '../../shared/kube/object.ts';
import { sendJson, sendStatus } from './kube-api-answers.ts';
import type { ApiPath, KubeApiStore } from './kube-api-store.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'replace' | 'patch' | 'delete';

export interface SeenRequest {
  readonly verb: Verb;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers everything but watches as a well-behaved API server does, as far as the tests look. */
export function serveRest(
  store: KubeApiStore,
  at: ApiPath,
  seen: SeenRequest,
  response: ServerResponse,
): void {
  if (seen.verb === 'list') sendList(store, at, seen.query, response);
  else if (seen.verb === 'create') create(store, at, seen, response);
  else serveObject(store, at, seen, response);
}

/** Pages by key; the continue token is the revision of the first page and the offset. */
function sendList(store: KubeApiStore, at: ApiPath, query: URLSearchParams, response: ServerResponse): void {
  const token = (query.get('continue') ?? '').split(':').filter(Boolean).map(Number);
  const [revision = store.revision, offset = 0] = token;
  if (revision < store.compactedAt) {
    sendStatus(response, 410, 'Expired', 'the continue token is too old');
    return;
  }
  const wanted = query.get('fieldSelector')?.replace('metadata.name=', '');
  const all = store.list(at).filter((object) => wanted === undefined || object.metadata.name === wanted);
  const end = offset + Number(query.get('limit') ?? all.length);
  const metadata = {
    resourceVersion: String(revision),
    ...(end < all.length ? { continue: `${revision}:${end}` } : {}),
  };
  sendJson(response, 200, { kind: 'List', apiVersion: 'v1', metadata, items: all.slice(offset, end) });
}

function create(store: KubeApiStore, at: ApiPath, seen: SeenRequest, response: ServerResponse): void {
  const object: KubeObject = JSON.parse(seen.body);
  const { name, generateName } = object.metadata;
  const target = { ...at, name: name ?? `${generateName ?? ''}${store.revision}` };
  if (store.get(target) === undefined) sendJson(response, 201, store.put(target, object));
  else sendStatus(response, 409, 'AlreadyExists', `${target.name} already exists`);
}

function serveObject(store: KubeApiStore, at: ApiPath, seen: SeenRequest, response: ServerResponse): void {
  const known = store.get(at);
  if (known === undefined && seen.headers['content-type'] === 'application/apply-patch+yaml') {
    sendJson(response, 201, store.put(at, JSON.parse(seen.body)));
  } else if (known === undefined) {
    sendStatus(response, 404, 'NotFound', `${at.name} not found`);
  } else if (seen.verb === 'get') {
    sendJson(response, 200, known);
  } else if (seen.verb === 'delete') {
    store.remove(at);
    sendStatus(response, 200, undefined, 'deleted');
  } else {
    write(store, at, seen, known, response);
  }
}

function write(
  store: KubeApiStore,
  at: ApiPath,
  seen: SeenRequest,
  known: KubeObject,
  response: ServerResponse,
): void {
  const sent: KubeObject = seen.verb === 'patch' ? patched(known, seen) : JSON.parse(seen.body);
  const expected = sent.metadata?.resourceVersion;
  if (expected !== undefined && expected !== known.metadata.resourceVersion) {
    sendStatus(response, 409, 'Conflict', 'the object has been modified');
    return;
  }
  sendJson(response, 200, store.put(at, sent));
}

/** A JSON patch is applied. Another is merged one level deep: enough to see that it arrived. */
function patched(known: KubeObject, { headers, body }: SeenRequest): KubeObject {
  const patch: unknown = JSON.parse(body);
  if (headers['content-type'] === 'application/json-patch+json') {
    const operations = patch as jsonPatch.Operation[];
    return jsonPatch.applyPatch(structuredClone(known), operations).newDocument;
  }
  const sent = patch as KubeObject;
  return { ...known, ...sent, metadata: { ...known.metadata, ...sent.metadata } };
}
