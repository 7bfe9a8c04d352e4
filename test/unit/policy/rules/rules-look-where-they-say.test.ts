import { describe, expect, it } from 'vitest';
import type { Example, Problem, Rule } from '../../../../shared/policy/core/rule.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import { ALL_RULES } from '../../../../shared/policy/rules/all-rules.ts';
import { exampleScene } from './example-scene.ts';

/**
 * An update that changes nothing a rule looks at is not refused because of it. So `looksAt` has to name all that a rule
 * reads of the object: whatever else is changed, removed or added, its verdict stays. No update changes a name.
 */
type Path = readonly string[];

/** What objects often have, and rules may read. */
const ADDITIONS: readonly (readonly [Path, unknown])[] = [
  [['metadata', 'labels', 'team'], 'shop'],
  [['metadata', 'labels', 'karpenter.sh/nodepool'], 'web'],
  [['metadata', 'annotations', 'note'], 'text'],
  [['metadata', 'annotations', 'karpenter.sh/do-not-disrupt'], 'true'],
  [['metadata', 'annotations', 'zonewarden.io/zone-enforcement'], 'off'],
  [['metadata', 'annotations', 'zonewarden.io/freeze'], 'none'],
  [['metadata', 'annotations', 'zonewarden.io/evacuate'], 'true'],
  [['metadata', 'annotations', 'zonewarden.io/declared'], '{}'],
  [['spec', 'limits'], { cpu: '10', memory: '1Gi', nodes: 3 }],
  [['spec', 'replicas'], 2],
  [['spec', 'weight'], 50],
  [
    ['spec', 'disruption', 'budgets'],
    [{ nodes: '0' }, { nodes: '100%' }],
  ],
  [['spec', 'disruption', 'budgets'], []],
  [['spec', 'disruption', 'consolidateAfter'], '0s'],
  [['spec', 'disruption', 'consolidationPolicy'], 'WhenEmpty'],
  [['spec', 'template', 'metadata', 'labels', 'team'], 'shop'],
  [['spec', 'template', 'metadata', 'labels', 'kubernetes.io/arch'], 'arm64'],
  [['spec', 'template', 'metadata', 'annotations', 'karpenter.sh/do-not-disrupt'], 'true'],
  [['spec', 'template', 'spec', 'requirements'], []],
  [['spec', 'template', 'spec', 'taints'], [{ key: 'team', value: 'shop', effect: 'NoSchedule' }]],
  [['spec', 'template', 'spec', 'expireAfter'], 'Never'],
  [['spec', 'template', 'spec', 'terminationGracePeriod'], '1h'],
  [['spec', 'template', 'spec', 'nodeClassRef', 'name'], 'another'],
  [['spec', 'requirements'], []],
  [['spec', 'taints'], [{ key: 'team', value: 'shop', effect: 'NoSchedule' }]],
  [['spec', 'expireAfter'], 'Never'],
  [['spec', 'terminationGracePeriod'], '1h'],
  [['spec', 'nodeClassRef', 'name'], 'another'],
  [['spec', 'amiFamily'], 'Windows2022'],
  [['spec', 'amiSelectorTerms'], [{ alias: 'al2023@latest' }]],
  [['spec', 'capacityReservationSelectorTerms'], [{ id: 'cr-1' }]],
];

describe.each(ALL_RULES.map((rule): [string, Rule] => [rule.id, rule]))('%s', (_, rule) => {
  it.each([...rule.passes, ...rule.fails].map((one): [string, Example] => [one.title, one]))(
    'looks nowhere else: %s',
    (__, example) => {
      const scene = exampleScene(example);
      if (!rule.kinds.includes(scene.kind)) return;
      const judged = (object: unknown): readonly Problem[] =>
        rule.check(new Subject(scene.kind, object, scene.around), rule.parameters ?? {});
      const before = judged(scene.object);
      for (const [path, value] of ADDITIONS.filter(([at]) => !isLookedAt(rule, at))) {
        expect(judged(withValue(scene.object, path, value)), path.join('.')).toEqual(before);
      }
      for (const path of leavesOf(scene.object).filter((at) => !isLookedAt(rule, at))) {
        expect(judged(withValue(scene.object, path, 'changed')), path.join('.')).toEqual(before);
        expect(judged(withValue(scene.object, path, undefined)), path.join('.')).toEqual(before);
      }
    },
  );
});

/** Whether a path is below one that the rule names, or above one. */
function isLookedAt(rule: Rule, path: Path): boolean {
  return rule.looksAt.some((text) => {
    const steps = (text.match(/\[[^\]]*\]|[^.[\]]+/g) ?? []).map((step) => step.replace(/^\[|\]$/g, ''));
    const shorter = Math.min(steps.length, path.length);
    return steps.slice(0, shorter).every((step, place) => step === path[place]);
  });
}

/** Paths of everything below metadata and spec that is no map; a list is a leaf. */
function leavesOf(object: unknown, above: Path = []): Path[] {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return [above];
  return Object.entries(object)
    .filter(([name]) => above.length > 0 || name === 'metadata' || name === 'spec')
    .filter(([name]) => above.join() !== 'metadata' || name !== 'name')
    .flatMap(([name, value]) => leavesOf(value, [...above, name]));
}

/** A copy with another value at a path; `undefined` removes it. */
function withValue(object: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  const map = typeof object === 'object' && object !== null ? { ...object } : {};
  const inner = withValue(Reflect.get(map, name), rest, value);
  const others = Object.entries(map).filter(([key]) => key !== name);
  return Object.fromEntries(inner === undefined ? others : [...others, [name, inner]]);
}
