import { describe, expect, it } from 'vitest';
import { judge } from '../../../../shared/policy/core/judge.ts';
import { judgeInParts, together } from '../../../../shared/policy/core/judge-in-parts.ts';
import { DEFAULT_POLICY } from '../../../../shared/policy/core/policy.ts';
import type { Example } from '../../../../shared/policy/core/rule.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import { nodePoolFacts } from '../../../../shared/policy/reading/read-facts.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { type ExampleScene, exampleScene } from './example-scene.ts';

/**
 * What a rule finds is remembered for any NodePool of the same content, beside any others, unless the rule says
 * `besideOthers`. So no other rule may look at the name or at the other NodePools.
 */

const EXAMPLES: readonly Example[] = ALL_RULES.flatMap(({ passes, fails }) => [...passes, ...fails]);
const SCENES = EXAMPLES.map(exampleScene).filter(({ kind }) => kind === 'NodePool');

/** The same object under another name, beside all NodePools of the examples. */
function elsewhere({ kind, object, around }: ExampleScene): ExampleScene {
  const { metadata, ...rest } = object as { readonly metadata: object };
  return {
    kind,
    object: { ...rest, metadata: { ...metadata, name: 'another' } },
    around: { ...around, nodePools: SCENES.map((scene) => nodePoolFacts(scene.object)) },
  };
}

const found = (rule: (typeof ALL_RULES)[number], { kind, object, around }: ExampleScene) =>
  rule.check(new Subject(kind, object, around), rule.parameters ?? {});

describe.each(
  ALL_RULES.filter(({ kinds }) => kinds.includes('NodePool')).map((rule) => [rule.id, rule] as const),
)('%s', (_, rule) => {
  it('looks at names and at others only where it says so', () => {
    const text = (scene: ExampleScene) => JSON.stringify(found(rule, scene));
    const differs = SCENES.some((scene) => text(scene) !== text(elsewhere(scene)));
    expect(differs).toBe(rule.besideOthers === true);
  });
});

it('both parts of a verdict are the verdict, in its order', () => {
  const policy = { ...DEFAULT_POLICY, profile: 'strict' as const };
  for (const scene of [...SCENES, ...SCENES.map(elsewhere)]) {
    const { kind, object, around } = scene;
    const parts = judgeInParts(kind, object, around, policy, { nowMs: 0 });
    const whole = judge(kind, object, around, policy, { nowMs: 0 });
    expect(together(parts.alone(), parts.beside())).toEqual(whole);
  }
});
