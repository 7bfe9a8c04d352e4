import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { anything, safeJson } from '../drawing/any-json.ts';
import type { Draw } from '../drawing/draw.ts';
import { hostileMark } from './hostile-marks.ts';
import {
  budget,
  few,
  KEYS,
  mostly,
  mostlyOf,
  perhaps,
  rarely,
  requirements,
  word,
} from './hostile-values.ts';

/**
 * NodePools and NodeClaims of somebody who may write anything that the API server lets through before the CRD is asked:
 * any type in any place, lists of any length, forged marks.
 */

function lastApplied(draw: Draw): string {
  const spec = { template: anything(draw), disruption: anything(draw) };
  return safeJson({ metadata: anything(draw), spec });
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const EXEMPTIONS = ['*', 'spot-types-min', '{}', 'x'.repeat(3000)];

function annotations(draw: Draw): unknown {
  if (draw.oneIn(rarely(draw))) return names(draw, 8000, 'x');
  return {
    [DECLARED_ANNOTATION]: perhaps(draw, hostileMark),
    [LAST_APPLIED]: perhaps(draw, lastApplied),
    'zonewarden.io/zone-enforcement': perhaps(draw, () => draw.of(['', 'OFF', 'off'])),
    'zonewarden.io/freeze': perhaps(draw, () => draw.of(['x', 'none', 'all'])),
    'zonewarden.io/policy-exempt': perhaps(draw, () => draw.of(EXEMPTIONS)),
    'exempt.zonewarden.io/spot-types-min': perhaps(draw, () => word(draw)),
    note: perhaps(draw, () => 'n'.repeat(draw.count(262_000))),
  };
}

/** A map of many names; often of as many as are looked at, or one more. */
function names(draw: Draw, most: number, value: string): Record<string, string> {
  const count = draw.oneIn(3) ? draw.within(250, 257) : draw.count(most);
  return Object.fromEntries(Array.from({ length: count }, (_, nth) => [`example.com/n${nth}`, value]));
}

function labels(draw: Draw): Record<string, string> {
  if (draw.oneIn(rarely(draw))) return names(draw, 8000, 'us-east-1a');
  return Object.fromEntries(draw.list(3, () => [draw.of(LABELS), word(draw)] as const));
}

const LABELS = [...KEYS, 'karpenter.sh/nodepool'];

function taint(draw: Draw) {
  return { key: word(draw), value: word(draw), effect: draw.of(['NoSchedule', 'NoExecute', 'x']) };
}

const OWNED = [
  { 'f:spec': { 'f:template': { 'f:spec': { 'f:requirements': {} } } } },
  { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } },
];

function managedField(draw: Draw) {
  return {
    manager: draw.oneIn(4) ? 'eve' : word(draw),
    operation: draw.of(['Apply', 'Update', 'x']),
    time: draw.of(['2026-11-21T04:00:00Z', 'x']),
    fieldsV1: draw.oneIn(2) ? anything(draw) : draw.of(OWNED),
  };
}

function metadata(draw: Draw) {
  return {
    name: mostly(draw, () => (draw.oneIn(30) ? 'n'.repeat(draw.count(3000)) : draw.of(['web', 'other']))),
    generateName: perhaps(draw, () => 'web-'),
    labels: perhaps(draw, () => mostly(draw, labels)),
    annotations: perhaps(draw, () => mostly(draw, annotations)),
    managedFields: perhaps(draw, () => mostly(draw, () => few(draw, managedField, 2000))),
    deletionTimestamp: draw.oneIn(8) ? mostlyOf(draw, ['2026-11-21T04:00:00Z']) : undefined,
  };
}

function template(draw: Draw) {
  const nodeClassRef = () => ({ group: word(draw), kind: word(draw), name: word(draw) });
  return {
    requirements: mostly(draw, requirements),
    taints: perhaps(draw, () => mostly(draw, () => few(draw, taint, 3000))),
    nodeClassRef: perhaps(draw, () => mostly(draw, nodeClassRef)),
    expireAfter: perhaps(draw, () => mostlyOf(draw, ['720h', 'Never', '9'.repeat(300)])),
    terminationGracePeriod: perhaps(draw, () => mostlyOf(draw, ['1h', '0s', 'x'])),
  };
}

function disruption(draw: Draw) {
  return {
    budgets: perhaps(draw, () => mostly(draw, () => few(draw, () => mostly(draw, budget), 1000))),
    consolidateAfter: perhaps(draw, () => mostly(draw, word)),
    consolidationPolicy: perhaps(draw, () => mostly(draw, word)),
  };
}

function claimTemplate(draw: Draw) {
  const metadata = () => ({ labels: mostly(draw, labels) });
  return { metadata: perhaps(draw, () => mostly(draw, metadata)), spec: mostly(draw, template) };
}

function nodePoolSpec(draw: Draw) {
  const limits = () => Object.fromEntries(draw.list(4, () => [word(draw), word(draw)] as const));
  return {
    template: mostly(draw, claimTemplate),
    disruption: perhaps(draw, () => mostly(draw, disruption)),
    limits: perhaps(draw, () => mostly(draw, limits)),
    weight: perhaps(draw, () => mostly(draw, () => draw.within(-1, 200))),
    replicas: perhaps(draw, () => mostly(draw, () => draw.within(-1, 1e6))),
  };
}

/** An object of each kind. */
export const HOSTILE_OBJECTS = {
  NodePool: (draw: Draw): unknown => ({
    metadata: mostly(draw, metadata),
    spec: mostly(draw, nodePoolSpec),
  }),
  NodeClaim: (draw: Draw): unknown => ({ metadata: mostly(draw, metadata), spec: mostly(draw, template) }),
} as const;
