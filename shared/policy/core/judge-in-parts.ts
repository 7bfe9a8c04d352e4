import { ALL_RULES } from '../rules/all-rules.ts';
import { type Circumstances, evaluate, ORDER } from './evaluate.ts';
import type { Finding } from './finding.ts';
import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';
import { Subject, type SubjectKind } from './subject.ts';
import type { Surroundings } from './surroundings.ts';

/** A verdict in two parts, each of which may be known from before when the other is not. */
export interface JudgementInParts {
  /** What follows from the object without its name, whatever other NodePools there are. */
  alone(): Finding[];
  /** What the rules find that look at the other NodePools. */
  beside(): Finding[];
}

const ALONE = ALL_RULES.filter(({ besideOthers }) => besideOthers !== true);
const BESIDE = ALL_RULES.filter(({ besideOthers }) => besideOthers === true);

/** What `judge` says, for who remembers it. Nothing is worked out before a part is asked for. Pure. */
export function judgeInParts(
  kind: SubjectKind,
  object: unknown,
  around: Surroundings,
  policy: Policy,
  circumstances: Circumstances,
): JudgementInParts {
  let subject: Subject | undefined;
  const part = (rules: readonly Rule[]) => () => {
    subject ??= new Subject(kind, object, around);
    return evaluate(subject, policy, rules, circumstances);
  };
  return { alone: part(ALONE), beside: part(BESIDE) };
}

/** Both parts as one verdict, in the order in which `judge` gives it. */
export function together(alone: readonly Finding[], beside: readonly Finding[]): readonly Finding[] {
  if (beside.length === 0) return alone;
  return [...alone, ...beside].sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || placeOf(a) - placeOf(b),
  );
}

const places = new Map(ALL_RULES.map(({ id }, place) => [id, place]));

function placeOf({ rule }: Finding): number {
  return places.get(rule) ?? ALL_RULES.length;
}
