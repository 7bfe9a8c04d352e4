import { z } from 'zod';
import { codeOfStatus, KubeError } from './errors.ts';
import type { KubeList, KubeObject, WatchEvent } from './object.ts';

const text = z.string().exactOptional();
const texts = z.record(z.string(), z.string()).exactOptional();

const metadataSchema = z.looseObject({
  name: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: z.number().exactOptional(),
  annotations: texts,
  labels: texts,
  // Bookmarks of older servers carry null here.
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: text,
  managedFields: z.array(z.unknown()).exactOptional(),
  ownerReferences: z.array(z.unknown()).exactOptional(),
});
const objectSchema = z.looseObject({ apiVersion: text, kind: text, metadata: metadataSchema });
const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: text, continue: text }),
  items: z.array(z.unknown()).nullish(),
});
const statusSchema = z.looseObject({
  kind: z.literal('Status'),
  code: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z.looseObject({ retryAfterSeconds: z.number().optional() }).nullish(),
});
const eventSchema = z.looseObject({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

function undecodable(where: string, what: string, cause?: unknown): KubeError {
  return new KubeError('kube.undecodable', `${where}: the server sent ${what}`, { cause });
}

function parseJson(body: string, where: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw undecodable(where, `what is not JSON: ${JSON.stringify(body.slice(0, 200))}`, error);
  }
}

// Guards instead of parsed copies: objects are large, and unknown fields have to survive untouched.
function isKubeObject(value: unknown): value is KubeObject {
  return objectSchema.safeParse(value).success;
}

function toObject(value: unknown, where: string): KubeObject {
  if (!isKubeObject(value)) {
    throw undecodable(where, `what is not an API object: ${JSON.stringify(value)?.slice(0, 200)}`);
  }
  if (value.metadata.creationTimestamp === null) delete value.metadata.creationTimestamp;
  return value;
}

/** Reads one object. @throws KubeError `kube.undecodable`; `where` (verb and path) leads the message. */
export function decodeObject(body: string, where: string): KubeObject {
  return toObject(parseJson(body, where), where);
}

/** Reads one page of a list. @throws KubeError `kube.undecodable`. */
export function decodeList(body: string, where: string): KubeList {
  const parsed = listSchema.safeParse(parseJson(body, where));
  if (!parsed.success) throw undecodable(where, 'what is not a list', parsed.error);
  const { metadata, items } = parsed.data;
  return { metadata, items: (items ?? []).map((item) => toObject(item, where)) };
}

/** What the server says in a Status object; nothing when it is none. */
function statusOf(value: unknown) {
  const { code, reason, message, details } = statusSchema.safeParse(value).data ?? {};
  return { code, reason, message, retryAfterSeconds: details?.retryAfterSeconds };
}

/** Reads the Status object of a failed answer; anything else (a proxy's HTML page) gives one that says nothing. */
export function decodeStatus(body: string): ReturnType<typeof statusOf> {
  try {
    return statusOf(JSON.parse(body));
  } catch {
    return statusOf(undefined);
  }
}

/** Reads one line of a watch. An ERROR event is thrown with the code of its status (410: `kube.gone`). */
export function decodeWatchLine(line: string, where: string): WatchEvent {
  const parsed = eventSchema.safeParse(parseJson(line, where));
  if (!parsed.success) throw undecodable(where, 'what is not a watch event', parsed.error);
  const { type, object } = parsed.data;
  if (type !== 'ERROR') return { type, object: toObject(object, where) };
  const status = statusOf(object);
  throw new KubeError(
    codeOfStatus(status.code ?? 500, status.reason),
    `${where}: the server ended the watch: ${status.message ?? 'no message'}`,
    { status: status.code, reason: status.reason, retryAfterSeconds: status.retryAfterSeconds },
  );
}
