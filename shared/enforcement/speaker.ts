import { z } from 'zod';
import { sameJson } from '../json/same-json.ts';
import { budgetsOf, type ManagedFieldsEntry, type NodePoolView, requirementsOf } from '../views/node-pool.ts';
import { areStored, freezeIn } from './changed-budgets.ts';
import { DECLARED_ANNOTATION, type Declared } from './declared-annotation.ts';
import { appliedBy, appliedOwners, applyingNow, claimingNow, owns } from './field-ownership.ts';
import { standsAsStored } from './strip-requirements.ts';

/**
 * Who speaks for a list: whether a write carries its owner's whole declaration, or is a change made by somebody
 * who looked at what we had stored. Only a declaration may drop a zone that is hidden while it is impaired.
 */

/** A list that a NodePool's owner declares, and how to find it in each of the places that know of it. */
export interface DeclaredList {
  readonly fieldPath: readonly string[];
  read(pool: NodePoolView): readonly unknown[] | undefined;
  readManifest(manifest: LastApplied): unknown;
  /** Whether the list holds all that the marks say we put into it; false where they say nothing of it. */
  standsAsStored(pool: NodePoolView, marks: Declared): boolean;
}

export const REQUIREMENTS_LIST: DeclaredList = {
  fieldPath: ['f:spec', 'f:template', 'f:spec', 'f:requirements'],
  read: (pool) => pool.spec.template.spec.requirements ?? undefined,
  readManifest: (manifest) => manifest.spec?.template?.spec?.requirements,
  standsAsStored: (pool, marks) =>
    marks.changed.length + marks.added.length > 0 && standsAsStored(requirementsOf(pool), marks),
};

export const BUDGETS_LIST: DeclaredList = {
  fieldPath: ['f:spec', 'f:disruption', 'f:budgets'],
  read: (pool) => pool.spec.disruption?.budgets ?? undefined,
  readManifest: (manifest) => manifest.spec?.disruption?.budgets,
  standsAsStored: (pool, marks) => marks.budgets !== undefined && areStored(marks.budgets, budgetsOf(pool)),
};

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const LAST_APPLIED_PATH = ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`];
const MARK_PATH = ['f:metadata', 'f:annotations', `f:${DECLARED_ANNOTATION}`];

const lastAppliedSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  spec: z
    .object({
      template: z.object({ spec: z.object({ requirements: z.unknown().optional() }).nullish() }).nullish(),
      disruption: z.object({ budgets: z.unknown().optional() }).nullish(),
    })
    .nullish(),
});
export type LastApplied = z.infer<typeof lastAppliedSchema>;

/** What client-side `kubectl apply` (and Argo CD's) remembers of the manifest; `undefined` where nothing usable. */
export function lastAppliedOf(pool: NodePoolView): LastApplied | undefined {
  const text = pool.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const parsed = lastAppliedSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Where a full declaration came from; `marked` when the manifest itself carries our annotation. */
export interface FullDeclaration {
  readonly by: 'client-side apply' | 'server-side apply';
  readonly marked: boolean;
}

/**
 * Whether this write declares the list in full.
 * Client-side apply: the incoming list is the one in last-applied, and this write changed one or the other. Whoever
 * changed the list only, and does not keep last-applied, is a person whose edit happens to end there.
 * Server-side apply: the Apply entry stamped by this write owns the list. Stamps have no fractions of a second; the
 * second apply within one is known by its field manager, whose Apply entry owns the list that this write changed.
 */
export function fullDeclaration(
  incoming: NodePoolView,
  old: NodePoolView,
  list: DeclaredList,
  marks: Declared,
  writer: string | undefined,
): FullDeclaration | undefined {
  const changed = !sameJson(list.read(incoming), list.read(old));
  const manifest = lastAppliedOf(incoming);
  if (manifest !== undefined && sameJson(list.readManifest(manifest), list.read(incoming))) {
    const newManifest =
      incoming.metadata.annotations?.[LAST_APPLIED] !== old.metadata.annotations?.[LAST_APPLIED];
    if (newManifest || (changed && !isEditOfAnother(incoming, old, list))) {
      const marked = manifest.metadata?.annotations?.[DECLARED_ANNOTATION] !== undefined;
      return { by: 'client-side apply', marked };
    }
  }
  const [now, before] = [fieldsOf(incoming), fieldsOf(old)];
  const entry =
    applyingNow(now, before, list.fieldPath) ??
    (changed ? appliedBy(writer, now, list.fieldPath) : undefined);
  if (entry === undefined || mayBeOurOutput(incoming, entry, list, marks)) return undefined;
  return { by: 'server-side apply', marked: owns(entry, MARK_PATH) };
}

/** Whether the list was written by somebody other than whoever keeps last-applied, as far as managedFields tell. */
function isEditOfAnother(incoming: NodePoolView, old: NodePoolView, list: DeclaredList): boolean {
  const writers = claimingNow(fieldsOf(incoming), fieldsOf(old), list.fieldPath);
  return writers.length > 0 && !writers.some((entry) => owns(entry, LAST_APPLIED_PATH));
}

/**
 * When another webhook changes the object after us, we are asked again with what we made of it, and nothing in the
 * request says so. A server-side apply whose list stands just as we store it is then either that second look, or the
 * owner dropping exactly what was hidden. The budgets tell, where the applier owns them too and we froze them: our
 * freeze is in them at the second look, and not at the first. Where nothing tells, the declaration stays.
 */
function mayBeOurOutput(
  incoming: NodePoolView,
  entry: ManagedFieldsEntry,
  list: DeclaredList,
  marks: Declared,
): boolean {
  if (!list.standsAsStored(incoming, marks)) return false;
  const freeze = marks.budgets === undefined ? undefined : freezeIn(marks.budgets);
  if (list === BUDGETS_LIST || freeze === undefined || !owns(entry, BUDGETS_LIST.fieldPath)) return true;
  return BUDGETS_LIST.read(incoming)?.some((budget) => sameJson(budget, freeze)) ?? false;
}

/**
 * Whether the list as stored is somebody's declaration: owned by an apply, or equal to what was last applied. What came
 * with our annotation is an export of what we had stored, edited perhaps, and no declaration of its own.
 */
export function isDeclaredAsStored(stored: NodePoolView, list: DeclaredList): boolean {
  const owners = appliedOwners(fieldsOf(stored), list.fieldPath);
  if (owners.length > 0) return !owners.some((entry) => owns(entry, MARK_PATH));
  const manifest = lastAppliedOf(stored);
  if (manifest === undefined || manifest.metadata?.annotations?.[DECLARED_ANNOTATION] !== undefined)
    return false;
  return sameJson(list.readManifest(manifest), list.read(stored));
}

/**
 * Whether a person or a tool wrote our annotation in this write. We own no field (admission comes after ownership is
 * computed), so that an annotation which this write claimed is somebody's copy or edit of ours.
 */
export function wroteMark(incoming: NodePoolView, old: NodePoolView): boolean {
  return claimingNow(fieldsOf(incoming), fieldsOf(old), MARK_PATH).length > 0;
}

/** Whether it came with a manifest that is applied: an object that was exported from the cluster during a shift. */
export function appliesMark(incoming: NodePoolView, old: NodePoolView): boolean {
  if (applyingNow(fieldsOf(incoming), fieldsOf(old), MARK_PATH) !== undefined) return true;
  if (incoming.metadata.annotations?.[LAST_APPLIED] === old.metadata.annotations?.[LAST_APPLIED])
    return false;
  return lastAppliedOf(incoming)?.metadata?.annotations?.[DECLARED_ANNOTATION] !== undefined;
}

function fieldsOf(pool: NodePoolView): readonly ManagedFieldsEntry[] {
  return pool.metadata.managedFields ?? [];
}
