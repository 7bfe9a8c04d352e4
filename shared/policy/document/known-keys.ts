import { nearestWord } from '../../documents/nearest-word.ts';
import { pathText } from '../../documents/yaml-document.ts';
import type { Rule } from '../core/rule.ts';

/** The key that was meant by one that the document does not know below a path, in full. */
export function meantKey(
  rules: readonly Rule[],
  path: readonly PropertyKey[],
  key: string,
): string | undefined {
  const near = nearestWord(key, keysBelow(rules, path));
  if (near !== undefined) return pathText([...path, near]);
  // The ID of a rule where the document's own keys stand.
  const rule = path.length === 0 ? nearestWord(key, idsOf(rules)) : undefined;
  return rule === undefined ? undefined : `rules.${rule}`;
}

/** An example of keys with values, for what stands at a path and is something else. */
export function exampleAt(rules: readonly Rule[], path: readonly PropertyKey[]): string {
  const [name, parent] = [path.at(-1), path.at(-2)];
  if (path.length === 0) return 'profile: baseline';
  if (name === 'match') return 'names: [spot-*]';
  if (name === 'rules') return `${rules[0]?.id ?? 'a-rule'}: warn`;
  if (parent === 'rules') return 'severity: warn, or one of deny, warn, audit, off alone';
  return 'match and rules';
}

function keysBelow(rules: readonly Rule[], path: readonly PropertyKey[]): readonly string[] {
  const [name, parent] = [path.at(-1), path.at(-2)];
  if (path.length === 0) return ['profile', 'mode', 'rules', 'overrides', 'karpenterUsers', 'trustedUsers'];
  if (name === 'rules') return idsOf(rules);
  if (name === 'match') return ['names', 'labels'];
  if (parent === 'overrides') return ['match', 'profile', 'rules'];
  const rule = rules.find(({ id }) => id === name);
  return ['severity', ...Object.keys(rule?.parameters ?? {})];
}

function idsOf(rules: readonly Rule[]): string[] {
  return rules.map(({ id }) => id);
}
