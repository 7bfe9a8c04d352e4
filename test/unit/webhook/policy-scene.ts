import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { applyJsonPatch } from '../../../shared/json/apply-json-patch.ts';
import { DEFAULT_POLICY, type Policy } from '../../../shared/policy/core/policy.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import type { AdmissionState, Decider, PolicyState } from '../../../webhook/admission/outcome.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { validateNodePool } from '../../../webhook/validate/nodepool.ts';
import { type ReviewParts, reviewOf, SPOT_OF_ONE_TYPE } from '../../http/webhook/reviews.ts';

/** A policy and a cluster for the deciders of the validating step. */

export const HEALTHY: Orders = { generation: 6, zones: [] };
export const NOW = Date.parse('2026-11-21T12:00:00Z');
const ZONES = [
  { id: 'use1-az1', name: 'us-east-1a' },
  { id: 'use1-az2', name: 'us-east-1b' },
  { id: 'use1-az4', name: 'us-east-1c' },
];

/** Everything off but some rules, so that a new rule changes nothing here. */
export function only(
  severities: Readonly<Record<string, 'deny' | 'warn' | 'audit'>>,
  mode: Policy['mode'] = 'enforce',
) {
  const rules = Object.fromEntries(
    ALL_RULES.map(({ id }) => [id, { severity: severities[id] ?? ('off' as const) }]),
  );
  return { ...DEFAULT_POLICY, mode, rules };
}
export const SPOT = only({ 'spot-types-min': 'deny' });

export function stateOf(
  policy: Policy,
  set = HEALTHY,
  around: Partial<PolicyState['around']> = {},
): AdmissionState {
  return {
    set,
    settings: DEFAULT_ENFORCEMENT,
    exemptPools: new Set(['exempt']),
    policies: {
      policy,
      nowMs: NOW,
      ownUser: 'system:serviceaccount:zonewarden:zonewarden',
      isOver: () => false,
      around: {
        catalog: bundledCatalog(),
        nodeClasses: new Map(),
        knowsAllNodeClasses: false,
        nodePools: [],
        zones: ZONES,
        ...around,
      },
    },
  };
}

export function decide(decider: Decider, parts: ReviewParts, state: AdmissionState, username = 'alice') {
  const review = reviewOf(parts);
  const text = JSON.stringify({ ...review, request: { ...review.request, userInfo: { username } } });
  const decoded = decodeReview(text);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decider(decoded.request, state);
}

export const create = (object: unknown, state: AdmissionState, username?: string) =>
  decide(validateNodePool, { object }, state, username);
export const update = (object: unknown, oldObject: unknown, state: AdmissionState, username?: string) =>
  decide(validateNodePool, { operation: 'UPDATE', object, oldObject }, state, username);
export const labelled = (object: object, labels: object) => ({
  ...object,
  metadata: { name: 'web', labels },
});

/** What the mutating step stores of an object. */
export function stored(object: unknown, set: Orders): unknown {
  const view = nodePoolSchema.parse(object);
  return applyJsonPatch(object, enforceNodePool(view, undefined, set, DEFAULT_ENFORCEMENT).patch);
}

export function spotRequirements(zone: string) {
  const [spot, type] = SPOT_OF_ONE_TYPE.spec.template.spec.requirements;
  return [spot, type, { key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }];
}

/** Every rule denies. */
export const EVERY_RULE = only(Object.fromEntries(ALL_RULES.map(({ id }) => [id, 'deny' as const])));
