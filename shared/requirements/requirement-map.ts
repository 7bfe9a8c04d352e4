import { type AllowedValues, allowedBy, allowsAbsence, intersectionOf, overlaps } from './allowed-values.ts';
import { canonicalLabel } from './labels.ts';
import type { Requirement } from './requirement.ts';

/** What each label key may be, one entry a key: Karpenter's `scheduling.Requirements`. Keys are canonical. */
export type RequirementMap = ReadonlyMap<string, AllowedValues>;

/**
 * All that narrows an object: its requirements, of which several for one key intersect, and its template labels, each of
 * which acts as `In [value]` (Karpenter, NewNodeClaimTemplate).
 */
export function requirementMap(
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>> = {},
): RequirementMap {
  const byKey = new Map<string, AllowedValues[]>();
  const fromLabels = Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  for (const entry of [...requirements, ...fromLabels]) {
    const key = canonicalLabel(entry.key);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [allowedBy(entry)]);
    else known.push(allowedBy(entry));
  }
  const map = new Map<string, AllowedValues>();
  for (const [key, all] of byKey) map.set(key, intersectionOf(all));
  return map;
}

/** What a map allows for a key: anything where nothing is said. */
export function allowedFor(map: RequirementMap, key: string): AllowedValues {
  return map.get(key) ?? ANYTHING;
}

const ANYTHING: AllowedValues = { complement: true, values: new Set() };

/** The keys that both name and on which nothing satisfies both; `[]` means that they intersect. */
export function conflicts(left: RequirementMap, right: RequirementMap): string[] {
  return [...right].flatMap(([key, incoming]) => {
    const existing = left.get(key);
    if (existing === undefined || overlaps(existing, incoming)) return [];
    return allowsAbsence(incoming) && allowsAbsence(existing) ? [] : [key];
  });
}

/**
 * The keys for which `node` cannot serve `incoming`: Karpenter's Requirements.Compatible. A label that `node` says
 * nothing of serves only what allows its absence, unless it is one of `undefinedAllowed`.
 */
export function incompatibleKeys(
  node: RequirementMap,
  incoming: RequirementMap,
  undefinedAllowed: ReadonlySet<string> = new Set(),
): string[] {
  const undefinedKeys = [...incoming].flatMap(([key, allowed]) =>
    node.has(key) || undefinedAllowed.has(key) || allowsAbsence(allowed) ? [] : [key],
  );
  return undefinedKeys.length > 0 ? undefinedKeys : conflicts(node, incoming);
}

/** Whether an object with these labels satisfies the map: each label acts as `In [value]`. */
export function matchesLabels(map: RequirementMap, labels: Readonly<Record<string, string>>): boolean {
  return incompatibleKeys(requirementMap([], labels), map).length === 0;
}
