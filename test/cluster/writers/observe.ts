import { showRequirement } from '../../../shared/audit/bounded-line.ts';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { owns } from '../../../shared/enforcement/field-ownership.ts';
import { zoneRequirements } from '../../../shared/enforcement/zone-constraints.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import {
  budgetsOf,
  type NodePoolView,
  nodePoolSchema,
  requirementsOf,
} from '../../../shared/views/node-pool.ts';
import type { Effect, Stored } from './row.ts';

/** What is looked at in a stored NodePool, without asking the code under test. */

const REQUIREMENTS = ['f:spec', 'f:template', 'f:spec', 'f:requirements'];
const BUDGETS = ['f:spec', 'f:disruption', 'f:budgets'];

export function view(pool: KubeObject): NodePoolView {
  return nodePoolSchema.parse(pool);
}

/** Zones and budgets in words. */
export function storedIn(pool: KubeObject): Stored {
  const seen = view(pool);
  const zones = zoneRequirements(requirementsOf(seen)).map((entry) =>
    showRequirement(entry).replace('topology.kubernetes.io/zone ', ''),
  );
  const budgets = (budgetsOf(seen) ?? []).map(({ nodes, reasons }) =>
    Array.isArray(reasons) ? `${String(nodes)} (${reasons.join(', ')})` : String(nodes),
  );
  return { zones: zones.join('; ') || 'any', budgets: budgets.join(', ') || 'none' };
}

/** Whether Karpenter could launch in the zone: no requirement on the zone key keeps it out. */
export function targets(pool: KubeObject, zone: string): boolean {
  return requirementsOf(view(pool))
    .filter(({ key }) => key === 'topology.kubernetes.io/zone')
    .every(({ operator, values = [] }) =>
      operator === 'In' ? values.includes(zone) : operator !== 'NotIn' || !values.includes(zone),
    );
}

export function bearsMark(pool: KubeObject): boolean {
  return pool.metadata.annotations?.[DECLARED_ANNOTATION] !== undefined;
}

/** Who owns the list of requirements, and the list of budgets: `helm (Apply)`, as managedFields name them. */
export function ownersIn(pool: KubeObject): { requirements: string; budgets: string } {
  const entries = view(pool).metadata.managedFields ?? [];
  const ownersOf = (path: readonly string[]) =>
    entries
      .filter((entry) => owns(entry, path))
      .map(({ manager, operation }) => `${manager} (${operation})`)
      .sort()
      .join(', ') || 'nobody';
  return { requirements: ownersOf(REQUIREMENTS), budgets: ownersOf(BUDGETS) };
}

/** What a write did to the stored object, told by its resourceVersion and its generation. */
export function effectOf(before: KubeObject | undefined, after: KubeObject): Effect {
  if (before?.metadata.resourceVersion === after.metadata.resourceVersion) return 'no write';
  return before !== undefined && sameJson(content(before), content(after)) ? 'owner only' : 'write';
}

/** All that a person would call the object: neither who owns what, nor what the server counts. */
export function content(pool: KubeObject): object {
  const { managedFields, resourceVersion, generation, uid, creationTimestamp, ...metadata } = pool.metadata;
  const { apiVersion, kind, metadata: _whole, ...rest } = pool;
  return { metadata, ...rest };
}
