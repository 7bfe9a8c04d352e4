import { allowsCapacityType } from '../../catalog/matches.ts';
import { canonicalLabel } from '../../requirements/labels.ts';
import { requirementMap } from '../../requirements/requirement-map.ts';
import type { Subject } from '../core/subject.ts';
import type { PoolFacts, Taint } from '../reading/pool-facts.ts';

/**
 * Another NodePool that serves the pods of this one when one of these capacity types is wanted: it allows it, it has no
 * taint that this one has not (so the pods tolerate them), and every custom label of this one's nodes.
 */
export function fallbackPool(subject: Subject, capacityTypes: readonly string[]): PoolFacts | undefined {
  if (subject.kind !== 'NodePool') return undefined;
  const { name, taints } = subject.facts;
  const tolerated = new Set(taints.map(taintWords));
  const labels = customLabels(subject.facts);
  return subject.around.nodePools.find((other) => {
    if (other.name === name) return false;
    const allowed = allowedTypes(other);
    if (!capacityTypes.some((type) => allowed.includes(type))) return false;
    if (!other.taints.every((taint) => tolerated.has(taintWords(taint)))) return false;
    return labels.every(([key, value]) => other.templateLabels[key] === value);
  });
}

/** Each NodePool is looked at once for every other one. */
const known = new WeakMap<PoolFacts, readonly string[]>();

function allowedTypes(pool: PoolFacts): readonly string[] {
  const cached = known.get(pool);
  if (cached !== undefined) return cached;
  const map = requirementMap(pool.requirements, pool.templateLabels);
  const allowed = ['spot', 'on-demand', 'reserved'].filter((type) => allowsCapacityType(map, type));
  known.set(pool, allowed);
  return allowed;
}

function taintWords({ key, value, effect }: Taint): string {
  return JSON.stringify([key, value, effect]);
}

/** What pods may select by. What Karpenter knows itself (zone, type, capacity type) is bounded elsewhere. */
function customLabels({ templateLabels }: PoolFacts): [string, string][] {
  return Object.entries(templateLabels).filter(
    ([key]) => !/(^|\.)(kubernetes\.io|karpenter\.sh|k8s\.aws|amazonaws\.com)\//.test(canonicalLabel(key)),
  );
}
