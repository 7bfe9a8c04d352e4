import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { MOST_LEVELS, MOST_VALUES, sizeProblem } from '../../shared/json/json-bounds.ts';
import { type JsonMember, jsonMembers } from '../../shared/json/json-members.ts';
import { scanJson } from '../../shared/json/scan-json.ts';

/** Why objects of a review were not read, in words, by their member of `request`. */
export interface UnreadObjects {
  readonly object?: string;
  readonly oldObject?: string;
}

export type ParsedReview =
  | { readonly ok: true; readonly json: unknown; readonly unread: UnreadObjects | undefined }
  | { readonly ok: false; readonly problem: string };

/**
 * What a review may hold beside its objects: above all the groups of its user, who comes in the headers of one request.
 * Those are 1 MiB at most (k8s.io/apiserver pkg/server/secure_serving.go, MaxHeaderBytes), and a group of any directory
 * takes 36 bytes and more.
 */
const MOST_BESIDE_OBJECTS = 20_000;
/** The AdmissionReview, `request`, and the object itself, which is no level of its own. */
const LEVELS_AROUND_OBJECTS = 3;
/** Of an AdmissionReview, and of its request. The one has 3, the other 16 (k8s.io/api admission/v1). */
const MOST_MEMBERS = 50;

/**
 * Parses the body of a review, and makes nothing of an object that is out of bounds: `null` stands in its place, and
 * `unread` says why. So such an object is refused like any other that cannot be read, with its reason, its uid and its
 * audit line; and one that was stored while nobody looked can still be replaced by one that is right.
 *
 * A body is counted before it is parsed, unless it is so short that it cannot hold too much: a value takes two bytes.
 */
export function parseReview(body: Buffer): ParsedReview {
  if (body.length <= 2 * MOST_VALUES) return parsed(body, undefined);
  const unread: { object?: string; oldObject?: string } = {};
  const parts: Buffer[] = [];
  let from = 0;
  for (const { name, start, scanned } of objectsOf(body)) {
    const problem = sizeProblem(scanned());
    if (problem === undefined) continue;
    unread[name] = problem;
    parts.push(body.subarray(from, start), NULL);
    from = scanned().end;
  }
  const rest = from === 0 ? body : Buffer.concat([...parts, body.subarray(from)]);
  const { values, levels } = scanJson(rest);
  if (values > MOST_BESIDE_OBJECTS + 2 * MOST_VALUES) return tooMuch('holds too many values');
  if (levels > MOST_LEVELS + LEVELS_AROUND_OBJECTS) return tooMuch('is nested too deep');
  return parsed(rest, from === 0 ? undefined : unread);
}

const NULL = Buffer.from('null');

function parsed(body: Buffer, unread: UnreadObjects | undefined): ParsedReview {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return { ok: true, json, unread };
  } catch (error) {
    return { ok: false, problem: `the body is not JSON (${messageOf(error)})` };
  }
}

function tooMuch(what: string): ParsedReview {
  return { ok: false, problem: `the body ${what} beside request.object and request.oldObject` };
}

interface ObjectMember extends JsonMember {
  readonly name: keyof UnreadObjects;
}

/** `request.object` and `request.oldObject`, where they are. */
function* objectsOf(body: Buffer): Generator<ObjectMember> {
  for (const { name, start } of firstMembers(body, 0)) {
    if (name !== 'request') continue;
    for (const member of firstMembers(body, start)) if (isObjectMember(member)) yield member;
    return;
  }
}

function* firstMembers(body: Buffer, start: number): Generator<JsonMember> {
  let left = MOST_MEMBERS;
  for (const member of jsonMembers(body, start)) {
    if (left === 0) return;
    left -= 1;
    yield member;
  }
}

function isObjectMember(member: JsonMember): member is ObjectMember {
  return member.name === 'object' || member.name === 'oldObject';
}
