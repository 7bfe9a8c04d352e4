import { z } from 'zod';
import { sameJson } from '../json/same-json.ts';
import { DECLARED_ANNOTATION } from './declared-annotation.ts';
import { anyoneOwns, appliedOwners, applyingNow, owns } from './field-ownership.ts';
import type { ManagedFieldsEntry, NodePoolView } from './nodepool-view.ts';

/**
 * Who speaks for a list: whether a write carries its owner's whole declaration, or is a change made by somebody
 * who looked at what we had stored. Only a declaration may drop a zone that is hidden while it is impaired.
 */

/** A list that a NodePool's owner declares, and how to find it in each of the places that know of it. */
export interface DeclaredList {
  readonly fieldPath: readonly string[];
  read(pool: NodePoolView): readonly unknown[] | undefined;
  readManifest(manifest: LastApplied): unknown;
}

export const REQUIREMENTS_LIST: DeclaredList = {
  fieldPath: ['f:spec', 'f:template', 'f:spec', 'f:requirements'],
  read: (pool) => pool.spec.template.spec.requirements ?? undefined,
  readManifest: (manifest) => manifest.spec?.template?.spec?.requirements,
};

export const BUDGETS_LIST: DeclaredList = {
  fieldPath: ['f:spec', 'f:disruption', 'f:budgets'],
  read: (pool) => pool.spec.disruption?.budgets ?? undefined,
  readManifest: (manifest) => manifest.spec?.disruption?.budgets,
};

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MARK_PATH = ['f:metadata', 'f:annotations', `f:${DECLARED_ANNOTATION}`];

const lastAppliedSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  spec: z
    .object({
      template: z.object({ spec: z.object({ requirements: z.unknown() }).nullish() }).nullish(),
      disruption: z.object({ budgets: z.unknown() }).nullish(),
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
 * Client-side apply: last-applied changed in this write, and its list is the incoming one.
 * Server-side apply: the Apply entry stamped by this write owns the list.
 */
export function fullDeclaration(
  incoming: NodePoolView,
  old: NodePoolView,
  list: DeclaredList,
): FullDeclaration | undefined {
  const before = old.metadata.annotations?.[LAST_APPLIED];
  if (incoming.metadata.annotations?.[LAST_APPLIED] !== before) {
    const manifest = lastAppliedOf(incoming);
    if (manifest !== undefined && sameJson(list.readManifest(manifest), list.read(incoming))) {
      const marked = manifest.metadata?.annotations?.[DECLARED_ANNOTATION] !== undefined;
      return { by: 'client-side apply', marked };
    }
  }
  const entry = applyingNow(fieldsOf(incoming), fieldsOf(old), list.fieldPath);
  return entry === undefined ? undefined : { by: 'server-side apply', marked: owns(entry, MARK_PATH) };
}

/** Whether the list as stored is somebody's declaration: owned by an apply, or equal to what was last applied. */
export function isDeclaredAsStored(stored: NodePoolView, list: DeclaredList): boolean {
  if (appliedOwners(fieldsOf(stored), list.fieldPath).length > 0) return true;
  const manifest = lastAppliedOf(stored);
  return manifest !== undefined && sameJson(list.readManifest(manifest), list.read(stored));
}

/**
 * Whether our annotation was written by a person or a tool rather than by us. We own no field (admission comes
 * after ownership is computed), so that an annotation with an owner is somebody's copy or edit of ours.
 */
export function markHasOwner(pool: NodePoolView): boolean {
  return anyoneOwns(fieldsOf(pool), MARK_PATH);
}

function fieldsOf(pool: NodePoolView): readonly ManagedFieldsEntry[] {
  return pool.metadata.managedFields ?? [];
}
