import { pathText } from '../../documents/yaml-document.ts';
import type { Policy, RuleSetting } from '../core/policy.ts';
import type { Rule } from '../core/rule.ts';

type Settings = Readonly<Record<string, RuleSetting>>;

/**
 * Mistakes of a policy whose values are right one by one: an override that does not say for what, and a threshold below
 * which a rule denies that is above the one below which it warns. Overrides are held against the policy's own rules, each
 * alone.
 */
export function mistakesBetween(policy: Policy, rules: readonly Rule[]): string[] {
  const overrides = policy.overrides.flatMap(({ names, labels, rules: settings }, index) => {
    const path = ['overrides', index];
    const isForAll = names.length === 0 && Object.keys(labels).length === 0;
    const match = `${pathText([...path, 'match'])} names nothing: expected names or labels; for all objects use rules`;
    return [...(isForAll ? [match] : []), ...degreesOf([policy.rules, settings], rules, [...path, 'rules'])];
  });
  return [...degreesOf([policy.rules], rules, ['rules']), ...overrides];
}

/** Only of rules that the last settings name: of the others the mistake was told where they are named. */
function degreesOf(
  layers: readonly Settings[],
  rules: readonly Rule[],
  path: readonly PropertyKey[],
): string[] {
  const last = layers.at(-1) ?? {};
  return rules.flatMap(({ id, parameters }) => {
    if (parameters === undefined || !Object.hasOwn(last, id)) return [];
    const given = layers.map((layer) => (Object.hasOwn(layer, id) ? layer[id]?.parameters : undefined));
    const { deny, warn } = Object.assign({}, parameters, ...given) as Readonly<Record<string, number>>;
    if (deny === undefined || warn === undefined || !isReversed(parameters, deny, warn)) return [];
    return [
      `${pathText([...path, id])}: deny ${deny} and warn ${warn} are the wrong way round ` +
        `(the defaults are ${parameters.deny} and ${parameters.warn})`,
    ];
  });
}

/** Whether less is worse, or more is, shows in the rule's defaults. */
function isReversed(usual: Readonly<Record<string, number>>, deny: number, warn: number): boolean {
  const lessIsWorse = (usual.deny ?? 0) <= (usual.warn ?? 0);
  return lessIsWorse ? deny > warn : deny < warn;
}
