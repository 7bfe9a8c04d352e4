import type { Field, ObjectField, ValueRule } from './field.ts';
import { claimKeyRule } from './label-keys.ts';
import { requirementRule } from './requirement-rules.ts';

/** A label key with or without its domain. */
const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LIKE_A_LABEL = 'like example.com/name: letters, digits, hyphens, dots';

/** A time to wait. */
export const DURATION_OR_NEVER = {
  type: 'text',
  pattern: /^(([0-9]+(s|m|h))+|Never)$/,
  like: 'a time like 30s, 12h or 1h30m, or Never',
} as const satisfies Field;

const TAINT: ObjectField = {
  type: 'object',
  required: ['key', 'effect'],
  fields: {
    key: { type: 'text', pattern: QUALIFIED_NAME, like: LIKE_A_LABEL },
    value: { type: 'text', pattern: QUALIFIED_NAME, like: LIKE_A_LABEL },
    effect: { type: 'text', oneOf: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
    timeAdded: { type: 'text', format: 'date-time', like: 'a time like 2026-11-21T18:00:00Z' },
  },
};

const TAINTS: Field = { type: 'list', items: TAINT };

const NODE_CLASS_REF: ObjectField = {
  type: 'object',
  required: ['group', 'kind', 'name'],
  fields: {
    group: {
      type: 'text',
      notEmpty: true,
      pattern: /^[^/]*$/,
      like: 'a group without its version, like karpenter.k8s.aws',
    },
    kind: { type: 'text', notEmpty: true },
    name: { type: 'text', notEmpty: true },
  },
};

function requirement(keyRule: ValueRule): ObjectField {
  return {
    type: 'object',
    required: ['key', 'operator'],
    fields: {
      key: {
        type: 'text',
        longest: 316,
        pattern: QUALIFIED_NAME,
        like: LIKE_A_LABEL,
        rules: [keyRule],
      },
      operator: {
        type: 'text',
        oneOf: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Gte', 'Lte'],
      },
      // The CRD has a length and a pattern for values too, but on the list, where the API server ignores them.
      values: { type: 'list', items: { type: 'text' } },
      minValues: { type: 'whole', least: 1, most: 50 },
    },
    rules: [requirementRule],
  };
}

/** What a NodePool's template and a NodeClaim have in common; the label keys that may be asked for differ. */
export function claimFields(keyRule: ValueRule): ObjectField {
  return {
    type: 'object',
    required: ['nodeClassRef', 'requirements'],
    fields: {
      expireAfter: DURATION_OR_NEVER,
      nodeClassRef: NODE_CLASS_REF,
      requirements: { type: 'list', most: 100, items: requirement(keyRule) },
      startupTaints: TAINTS,
      taints: TAINTS,
      terminationGracePeriod: {
        type: 'text',
        pattern: /^([0-9]+(s|m|h))+$/,
        like: 'a time like 30s, 12h or 1h30m',
      },
    },
  };
}

const CLAIM = claimFields(claimKeyRule);

/** `spec` of a NodeClaim. */
export const NODE_CLAIM_SPEC: ObjectField = {
  ...CLAIM,
  fields: {
    ...CLAIM.fields,
    resources: {
      type: 'object',
      fields: { requests: { type: 'map', values: { type: 'quantity' } } },
    },
  },
};
