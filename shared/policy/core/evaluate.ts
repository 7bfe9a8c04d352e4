import { sameJson } from '../../json/same-json.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';
import { nodePoolFacts } from '../reading/read-facts.ts';
import { exemptionFrom } from './exemption.ts';
import type { Finding, Lowered } from './finding.ts';
import { firstProblems } from './first-problems.ts';
import { isTrusted, type Policy, settingFor } from './policy.ts';
import type { Problem, Rule } from './rule.ts';
import { type FindingSeverity, weaker } from './severity.ts';
import type { Subject } from './subject.ts';

/** The circumstances of a verdict, besides object and policy. */
export interface Circumstances {
  /** Milliseconds since the epoch: exemptions end. */
  readonly nowMs: number;
  /** The stored object that this one replaces, as its owner declared it; absent for a new one and for a file. */
  readonly old?: unknown;
  /** Who writes; absent for a file. */
  readonly username?: string | undefined;
  /**
   * Hears of a rule (its ID) that threw, which is a defect of ours: it finds nothing then, and the other rules go on.
   * Absent: what it threw is thrown, so that no verdict looks clean because a rule is broken.
   */
  readonly onDefect?: (rule: string, error: unknown) => void;
  /** Whether there is no time for another rule. Absent: there is always. */
  readonly isOver?: () => boolean;
  /** Hears of a rule (its ID) for which there was no time: it finds nothing. */
  readonly onUnasked?: (rule: string) => void;
}

/**
 * What a policy says of an object: what the rules find, each with the severity that follows. The same in the cluster, in
 * a pull request and on the command line. Sorted by severity, and else in the order of the rules. Pure.
 */
export function evaluate(
  subject: Subject,
  policy: Policy,
  rules: readonly Rule[],
  circumstances: Circumstances,
): Finding[] {
  const findings = rules
    .filter((rule) => rule.kinds.includes(subject.kind))
    .flatMap((rule) => asked(rule, circumstances, () => findingsOf(rule, subject, policy, circumstances)));
  return findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

function asked(rule: Rule, { isOver, onUnasked, onDefect }: Circumstances, find: () => Finding[]): Finding[] {
  if (isOver?.() === true) {
    onUnasked?.(rule.id);
    return [];
  }
  if (onDefect === undefined) return find();
  try {
    return find();
  } catch (error) {
    onDefect(rule.id, error);
    return [];
  }
}

/** The worst first. */
export const ORDER: readonly FindingSeverity[] = ['deny', 'warn', 'audit'];

function findingsOf(rule: Rule, subject: Subject, policy: Policy, circumstances: Circumstances): Finding[] {
  const { severity, parameters } = settingFor(policy, rule, subject.facts);
  if (severity === 'off') return [];
  const problems = firstProblems(rule.check(subject, parameters));
  if (problems.length === 0) return [];
  const exemption = exemptionFrom(subject.facts.annotations, rule.id, circumstances.nowMs);
  const unchanged = isUnchanged(rule, subject, policy, circumstances);
  return problems.flatMap((problem) => {
    const asked = weaker(severity, problem.atMost ?? severity);
    if (asked === 'off') return [];
    const isExempt = exemption?.holds === true;
    const [given, lowered] = lower(asked, { subject, policy, circumstances, unchanged, isExempt });
    return [
      {
        rule: rule.id,
        severity: given,
        ...wordsOf(problem, exemption?.holds === false ? exemption.wrong : undefined),
        ...(lowered === undefined ? {} : { lowered }),
        ...(isExempt ? { exemption: exemption.reason } : {}),
      },
    ];
  });
}

/** What the circumstances leave of a severity, and why. */
function lower(
  asked: FindingSeverity,
  about: {
    readonly subject: Subject;
    readonly policy: Policy;
    readonly circumstances: Circumstances;
    readonly unchanged: boolean;
    readonly isExempt: boolean;
  },
): [FindingSeverity, Lowered | undefined] {
  const { subject, policy, circumstances, unchanged, isExempt } = about;
  if (isExempt) return ['audit', 'exempt'];
  if (asked !== 'audit' && policy.mode === 'audit') return ['audit', 'audit-mode'];
  if (asked !== 'deny') return [asked, undefined];
  if (isTrusted(policy, circumstances.username)) return ['warn', 'trusted-writer'];
  if (isMadeByKarpenter(subject)) return ['warn', 'made-by-karpenter'];
  return unchanged ? ['warn', 'unchanged'] : [asked, undefined];
}

/**
 * Whether an update changes nothing that the rule looks at, nor what is asked of the object: a label that brings it under
 * a stricter override is a change.
 */
function isUnchanged(rule: Rule, subject: Subject, policy: Policy, { old }: Circumstances): boolean {
  if (typeof old !== 'object' || old === null) return false;
  if (!rule.looksAt.every((path) => isSameAt(path, subject.object, old))) return false;
  // Without overrides the same is asked of every object.
  if (policy.overrides.length === 0) return true;
  return sameJson(settingFor(policy, rule, nodePoolFacts(old)), settingFor(policy, rule, subject.facts));
}

/** Most rules look at the same few places; of one object there is one old one. */
const sameAt = new WeakMap<object, { readonly old: object; readonly places: Map<string, boolean> }>();

function isSameAt(path: string, object: unknown, old: object): boolean {
  if (typeof object !== 'object' || object === null) return sameJson(at(object, path), at(old, path));
  const known = sameAt.get(object);
  const places = known?.old === old ? known.places : new Map<string, boolean>();
  if (known?.places !== places) sameAt.set(object, { old, places });
  const told = places.get(path) ?? sameJson(at(object, path), at(old, path));
  places.set(path, told);
  return told;
}

/** Paths are those of the rules. */
const steps = new Map<string, readonly string[]>();

function stepsOf(path: string): readonly string[] {
  const known = steps.get(path);
  if (known !== undefined) return known;
  const made = (path.match(PATH_STEPS) ?? []).map((step) => step.replace(/^\[|\]$/g, ''));
  steps.set(path, made);
  return made;
}

/** Names between dots, or whatever stands in brackets: `metadata.annotations[karpenter.sh/do-not-disrupt]`. */
const PATH_STEPS = /\[[^\]]*\]|[^.[\]]+/g;

/** The part of an object at a dotted path; `null` where there is none: YAML's `labels:` is no change of no labels. */
function at(object: unknown, path: string): unknown {
  let part = object;
  for (const name of stepsOf(path)) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return null;
    part = Reflect.get(part, name);
  }
  return part;
}

function wordsOf(problem: Problem, wrongExemption: string | undefined) {
  const { message, fix, path, found, needed } = problem;
  return {
    message:
      wrongExemption === undefined ? message : `${message} (${wrongExemption}, so that it does not count)`,
    ...(fix === undefined ? {} : { fix }),
    ...(path === undefined ? {} : { path }),
    ...(found === undefined ? {} : { found }),
    ...(needed === undefined ? {} : { needed }),
  };
}
