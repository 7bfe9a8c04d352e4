import { ALL_RULES } from '../rules/all-rules.ts';
import { type Circumstances, evaluate } from './evaluate.ts';
import type { Finding } from './finding.ts';
import type { Policy } from './policy.ts';
import { Subject, type SubjectKind } from './subject.ts';
import type { Surroundings } from './surroundings.ts';

/** What a policy says of one object, by all rules. The one entry for webhook, watcher and command line. Pure. */
export function judge(
  kind: SubjectKind,
  object: unknown,
  around: Surroundings,
  policy: Policy,
  circumstances: Circumstances,
): Finding[] {
  return evaluate(new Subject(kind, object, around), policy, ALL_RULES, circumstances);
}
