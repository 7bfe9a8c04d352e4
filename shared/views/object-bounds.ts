import { boundsProblem } from '../json/json-bounds.ts';
import { isLongerThan } from '../json/json-bytes.ts';
import { sameJson } from '../json/same-json.ts';

/**
 * What a NodePool or NodeClaim may hold: values of its requirements, all together. The largest honest ones name some hundred instance types of 1,400, and a dozen
 * zones; Karpenter itself writes up to 600 types into a NodeClaim. What is decided, judged and remembered of an object
 * takes as long as it is, in each replica, at each write and each event.
 */
export const MOST_VALUES = 5000;
/** Members of mappings and entries of lists in the whole object, status and managedFields with it. */
const MOST_PARTS = 10_000;
/**
 * Bytes of the whole object. etcd takes 1.5 MiB: of one that is as large as that nothing could be changed, because what we
 * would add finds no room.
 */
const MOST_BYTES = 1_000_000;
/** The mark that enforcement leaves on a NodePool (shared/enforcement/declared-annotation.ts). */
export const MARK_ANNOTATION = 'zonewarden.io/declared';
/**
 * What a NodePool that bears a mark may hold besides, for what we added: one that is as full as it may be is kept out of a
 * zone, and is given back, like any other.
 */
export const ROOM_FOR_OURS = { annotations: 1, values: 200, parts: 500, bytes: 300_000 } as const;
const NO_ROOM = { annotations: 0, values: 0, parts: 0, bytes: 0 };
/** Characters of one value of a requirement: a label's value has 63 at most, and a name of DNS 253. */
export const LONGEST_VALUE = 253;

/** Labels that a NodePool gives its nodes: each narrows it as a requirement does. */
export const MOST_NODE_LABELS = 256;
/** Taints of either kind. */
export const MOST_TAINTS = 100;

const ANNOTATIONS = ['metadata', 'annotations'];
const MOST_ANNOTATIONS = 256;
/** Lists and mappings, by where they stand below the object or below its claim template. */
const MOST_ENTRIES: readonly (readonly [path: readonly string[], most: number])[] = [
  [['metadata', 'labels'], 256],
  [['metadata', 'managedFields'], 200],
  [['spec', 'limits'], 100],
  [['spec', 'disruption', 'budgets'], 100],
  [['spec', 'template', 'metadata', 'labels'], MOST_NODE_LABELS],
  [['spec', 'template', 'metadata', 'annotations'], 256],
];
const MOST_CLAIM_ENTRIES = { requirements: 200, taints: MOST_TAINTS, startupTaints: MOST_TAINTS } as const;

/**
 * Why an object is more than is looked at, in words that name the field, the count and the bound; `undefined` where it is
 * not. It is asked before anything is made of an object. Pure, and done as soon as something is too much.
 */
export function beyondBounds(object: unknown): string | undefined {
  const room = at(object, [...ANNOTATIONS, MARK_ANNOTATION]) === undefined ? NO_ROOM : ROOM_FOR_OURS;
  const whole = boundsProblem(object, MOST_PARTS + room.parts);
  const beyond = fieldBeyond(object, room) ?? whole;
  if (beyond !== undefined || !isLongerThan(object, MOST_BYTES + room.bytes)) return beyond;
  return `it has more than ${MOST_BYTES} bytes`;
}

type Room = Readonly<Record<keyof typeof ROOM_FOR_OURS, number>>;

function fieldBeyond(object: unknown, room: Room): string | undefined {
  const annotations = entriesOf(at(object, ANNOTATIONS));
  if (annotations > MOST_ANNOTATIONS + room.annotations)
    return tooMany(ANNOTATIONS.join('.'), annotations, 'entries', MOST_ANNOTATIONS);
  for (const [path, most] of MOST_ENTRIES) {
    const found = entriesOf(at(object, path));
    if (found > most) return tooMany(path.join('.'), found, 'entries', most);
  }
  const mostValues = MOST_VALUES + room.values;
  return (
    claimBeyond(object, ['spec', 'template', 'spec'], mostValues) ?? claimBeyond(object, ['spec'], mostValues)
  );
}

/** Of a NodePool's template, or of a NodeClaim. */
function claimBeyond(object: unknown, path: readonly string[], mostValues: number): string | undefined {
  const spec = at(object, path);
  for (const [name, most] of Object.entries(MOST_CLAIM_ENTRIES)) {
    const found = entriesOf(at(spec, [name]));
    if (found > most) return tooMany([...path, name].join('.'), found, 'entries', most);
  }
  const requirements = at(spec, ['requirements']);
  if (!Array.isArray(requirements)) return undefined;
  const list = `${path.join('.')}.requirements`;
  let count = 0;
  for (const [place, entry] of requirements.entries()) {
    const values = at(entry, ['values']);
    const problem = valuesBeyond(values, `${list}[${place}].values`);
    if (problem !== undefined) return problem;
    count += entriesOf(values);
  }
  return count > mostValues ? tooMany(list, count, 'values', MOST_VALUES) : undefined;
}

function valuesBeyond(values: unknown, path: string): string | undefined {
  if (!Array.isArray(values)) return undefined;
  if (values.length > MOST_VALUES) return tooMany(path, values.length, 'values', MOST_VALUES);
  const place = values.findIndex((value) => typeof value === 'string' && value.length > LONGEST_VALUE);
  const long: unknown = values[place];
  return typeof long === 'string'
    ? tooMany(`${path}[${place}]`, long.length, 'characters', LONGEST_VALUE)
    : undefined;
}

function tooMany(path: string, found: number, what: string, most: number): string {
  return `${path} has ${found} ${what}, and at most ${most} are looked at`;
}

function entriesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function at(object: unknown, path: readonly string[]): unknown {
  let part = object;
  for (const name of path) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined;
    part = Reflect.get(part, name);
  }
  return part;
}

/**
 * Whether a write leaves alone what is beyond the bounds already: the same spec, of an object that is stored like that. So
 * its labels, finalizers and status can still be changed, and it can be deleted.
 */
export function leavesSpecBeyond(object: unknown, old: unknown): boolean {
  if (beyondBounds(old) === undefined) return false;
  const [spec, before] = [at(object, ['spec']), at(old, ['spec'])];
  // What is nested too deep overflows the stack of whoever compares it, and is stored by nobody.
  return boundsProblem(spec, Number.POSITIVE_INFINITY) === undefined && sameJson(spec, before);
}
