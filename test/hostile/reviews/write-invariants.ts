import jsonpatch from 'fast-json-patch';
import { DECLARED_ANNOTATION, LONGEST_ANNOTATIONS } from '../../../shared/enforcement/declared-annotation.ts';
import { markOf } from '../../../shared/enforcement/mark.ts';
import { isExempt } from '../../../shared/enforcement/nodepool.ts';
import { isOpenTo } from '../../../shared/enforcement/zone-constraints.ts';
import { refusedByCrd } from '../../../shared/requirements/crd-rules.ts';
import {
  type NodePoolView,
  nodeClaimSchema,
  nodePoolSchema,
  requirementsOf,
} from '../../../shared/views/node-pool.ts';
import type { AdmissionState } from '../../../webhook/admission/outcome.ts';
import type { AdmissionRequest } from '../../../webhook/admission/review.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { atMost, holds } from '../drawing/holds.ts';
import type { Answered } from './answered.ts';

/**
 * What has to hold of an object that the mutating step lets through: its patch applies, nothing that it looked at is open
 * to a zone that is away, asked again it changes nothing, and the validating step does not refuse it for its zones.
 *
 * @returns bytes of our annotation in what would be stored
 */
export function expectSoundWrite(
  { request, outcome }: NonNullable<Answered['decided']>,
  state: AdmissionState,
): number {
  const { verdict, facts } = outcome;
  if (!verdict.allowed || facts.action === 'ignored') return 0;
  const patch = structuredClone(verdict.patch ?? []) as jsonpatch.Operation[];
  // Strictly: a path that leads nowhere throws, as the API server would.
  const object: unknown =
    patch.length === 0
      ? request.object
      : jsonpatch.applyPatch(structuredClone(request.object), patch, true, true).newDocument;
  const isNewer = facts.notes?.includes('made-from-a-newer-set') === true;
  const mark = request.kind.kind === 'NodePool' ? expectPool(request, object, state, isNewer) : 0;
  if (request.kind.kind === 'NodeClaim') expectClaim(object, state);
  if (patch.length === 0) return mark;
  // As the API server does where another webhook has changed something. Whether a mark is our answer or came with the
  // write is told by who claims it: where one came, it may be taken off again, and the zone stays away all the same.
  // Nor does anything tell which of two entries that keep the same zone out is ours, once somebody has taken the mark off.
  const stored = { ...request, object };
  const { verdict: again, facts: why } = deciderFor('mutate', stored)(stored, state);
  const isLong = why.rule === 'object-beyond-bounds' && lostItsRoom(request.object, object);
  holds('asked again, it is allowed', again.allowed || isLong, again);
  const isPlain = request.kind.kind === 'NodeClaim' || !(bringsMark(request) || hasTwins(request));
  if (isPlain) holds('asked again, nothing changes', (again.patch ?? []).length === 0, again.patch);
  return mark;
}

function expectPool(
  request: AdmissionRequest,
  object: unknown,
  state: AdmissionState,
  isNewer: boolean,
): number {
  const pool = nodePoolSchema.parse(object);
  const before = nodePoolSchema.parse(request.object);
  // The API server refuses it by itself.
  const isLeft = isNewer || refusedByCrd(requirementsOf(pool)) !== undefined;
  if (!isLeft && !isExempt(pool)) {
    for (const zone of impairedIn(state)) {
      holds(`it is not open to ${zone.id}`, !isOpenTo(constraintsOf(pool), zone), pool.spec.template);
    }
    const asked = { ...request, object };
    const { verdict, facts } = deciderFor('validate', asked)(asked, { ...state, policies: undefined });
    const isLong = facts.rule === 'object-beyond-bounds' && lostItsRoom(before, pool);
    holds('the validating step lets it through', verdict.allowed || isLong, facts);
  }
  const text = pool.metadata.annotations?.[DECLARED_ANNOTATION];
  const isOurs = text === undefined || markOf(pool, state.settings.markKeys)?.isGenuine === true;
  holds('a mark that is stored is ours', isLeft || isOurs, text?.slice(0, 500));
  const most = Math.max(LONGEST_ANNOTATIONS, annotationBytes(before));
  atMost('bytes of annotations', annotationBytes(pool), most);
  return text === before.metadata.annotations?.[DECLARED_ANNOTATION] ? 0 : Buffer.byteLength(text ?? '');
}

function expectClaim(object: unknown, state: AdmissionState): void {
  const { spec, metadata } = nodeClaimSchema.parse(object);
  const constraints = { requirements: spec.requirements ?? [], labels: metadata.labels ?? {} };
  if (refusedByCrd(constraints.requirements) !== undefined) return;
  for (const zone of impairedIn(state))
    holds(`it is not open to ${zone.id}`, !isOpenTo(constraints, zone), spec);
}

/** Who makes up a mark has the room that is beside one, until it is taken off. What is too long then is refused in words. */
function lostItsRoom(before: unknown, after: unknown): boolean {
  const [had, has] = [before, after].map(
    (one) => nodePoolSchema.safeParse(one).data?.metadata.annotations?.[DECLARED_ANNOTATION] !== undefined,
  );
  return had === true && has === false;
}

/** Whether the write comes with an annotation of ours that is not the stored one, or claims to have written it. */
function bringsMark({ object, oldObject }: AdmissionRequest): boolean {
  const [now, before] = [object, oldObject].map((one) => nodePoolSchema.safeParse(one).data?.metadata);
  const text = now?.annotations?.[DECLARED_ANNOTATION];
  if (text !== undefined && text !== before?.annotations?.[DECLARED_ANNOTATION]) return true;
  const owned = JSON.stringify(now?.managedFields ?? []);
  return owned.includes(DECLARED_ANNOTATION) && owned !== JSON.stringify(before?.managedFields ?? []);
}

/** Entries that say the same of a value, by the same key and operator. */
function hasTwins({ object }: AdmissionRequest): boolean {
  const said = requirementsOf(nodePoolSchema.parse(object)).flatMap(({ key, operator, values }) => {
    const each = values === undefined || values.length === 0 ? [''] : [...new Set(values)];
    return each.map((value) => JSON.stringify([key, operator, value]));
  });
  return new Set(said).size < said.length;
}

function impairedIn({ set }: AdmissionState) {
  return set.zones.filter((zone) => zone.state === 'impaired');
}

function constraintsOf(pool: NodePoolView) {
  return { requirements: requirementsOf(pool), labels: pool.spec.template.metadata?.labels ?? {} };
}

function annotationBytes({ metadata }: NodePoolView): number {
  return Object.entries(metadata.annotations ?? {}).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}
