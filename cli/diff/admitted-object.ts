import { enforceNodeClaim } from '../../shared/enforcement/nodeclaim.ts';
import { enforceNodePool, isExempt } from '../../shared/enforcement/nodepool.ts';
import type { EnforcementSettings } from '../../shared/enforcement/settings.ts';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import { applyJsonPatch } from '../../shared/json/apply-json-patch.ts';
import { type OrderedZone, type Orders, showZone } from '../../shared/record/orders.ts';
import { NODE_POOL_LABEL, nodeClaimSchema, nodePoolSchema } from '../../shared/views/node-pool.ts';
import { beyondBounds } from '../../shared/views/object-bounds.ts';

/** What becomes of an object at admission. */
export type Admitted =
  | { readonly as: 'stored'; readonly value: unknown }
  | { readonly as: 'refused'; readonly why: string }
  /** Not of the shape that the CRD asks for. */
  | { readonly as: 'unreadable'; readonly why: string };

/** What admission goes by. */
export interface AdmissionScene {
  readonly set: Orders;
  readonly settings: EnforcementSettings;
  /** NodePools that are exempt: their NodeClaims are left alone. */
  readonly exemptPools: ReadonlySet<string>;
}

/** What is stored for a NodePool that is created, by the webhook's own decision. */
export function admittedNodePool(value: unknown, { set, settings }: AdmissionScene): Admitted {
  const beyond = beyondBounds(value);
  if (beyond !== undefined) return { as: 'refused', why: beyond };
  const view = nodePoolSchema.safeParse(value);
  if (!view.success) return { as: 'unreadable', why: describeIssues(view.error) };
  if (view.data.metadata.deletionTimestamp) return { as: 'stored', value };
  const { patch, noRoomFor, invalid } = enforceNodePool(view.data, undefined, set, settings);
  if (invalid !== undefined) return { as: 'refused', why: `the CRD does not take it: ${invalid}` };
  if (noRoomFor.length > 0) {
    return {
      as: 'refused',
      why: `its list of requirements is full, and ${zonesIn(noRoomFor)} cannot be excluded`,
    };
  }
  return { as: 'stored', value: applyJsonPatch(value, patch) };
}

/** What is stored for a NodeClaim that is created. */
export function admittedNodeClaim(value: unknown, { set, exemptPools }: AdmissionScene): Admitted {
  const beyond = beyondBounds(value);
  if (beyond !== undefined) return { as: 'refused', why: beyond };
  const view = nodeClaimSchema.safeParse(value);
  if (!view.success) return { as: 'unreadable', why: describeIssues(view.error) };
  const pool = view.data.metadata.labels?.[NODE_POOL_LABEL];
  if (pool !== undefined && exemptPools.has(pool)) return { as: 'stored', value };
  const { patch, refused, excluded } = enforceNodeClaim(view.data, set);
  if (refused === undefined) return { as: 'stored', value: applyJsonPatch(value, patch) };
  const why = refused === 'no-room' ? 'its list of requirements is full' : 'it can launch in no other zone';
  return { as: 'refused', why: `${zonesIn(excluded)} is impaired, and ${why}` };
}

/** The name of a NodePool that keeps enforcement away; `undefined` for all others. */
export function exemptName(value: unknown): string | undefined {
  if (beyondBounds(value) !== undefined) return undefined;
  const view = nodePoolSchema.safeParse(value);
  return view.success && isExempt(view.data) ? view.data.metadata.name : undefined;
}

function zonesIn(zones: readonly OrderedZone[]): string {
  return zones.map((zone) => `zone ${showZone(zone)}`).join(', ');
}
