import type { Circumstances } from '../../shared/policy/core/evaluate.ts';
import type { Finding } from '../../shared/policy/core/finding.ts';
import { judge } from '../../shared/policy/core/judge.ts';
import { judgeInParts } from '../../shared/policy/core/judge-in-parts.ts';
import { isTrusted, type Policy } from '../../shared/policy/core/policy.ts';
import type { SubjectKind } from '../../shared/policy/core/subject.ts';
import { withoutImpairment } from '../../shared/policy/core/without-impairment.ts';
import type { Orders } from '../../shared/record/orders.ts';
import type { PolicyState, RuleDefect, VerdictScene } from '../admission/outcome.ts';
import type { AdmissionRequest } from '../admission/review.ts';

/** What a policy says of one write. */
export interface PolicyReview {
  readonly findings: readonly Finding[];
  readonly defects: readonly RuleDefect[];
  /** Rules for which there was no time; they found nothing. */
  readonly unasked: readonly string[];
  /** Whether the writer reads warnings: not those who must not be blocked. */
  readonly isTold: boolean;
}

/** An object under review, as its owner means it. */
export interface Reviewed {
  readonly kind: SubjectKind;
  readonly object: unknown;
  /** What is stored, as its owner means it; absent for a new object. */
  readonly old?: unknown;
  /** The object as it would be if nobody had left a zone out of it, where that is not `object`. */
  readonly inAllZones?: unknown;
  /** True where nobody keeps it out of impaired zones: then rules are told of them. */
  readonly isExempt?: boolean;
}

/** Stands for the whole judgement where it was no single rule that threw. */
const EVERY_RULE = 'every-rule';

/**
 * Judges a write by the policy, as if all zones were healthy: what is impaired is taken out by enforcement, which says so
 * itself, and comes back. Nobody is refused because of a zone that is impaired: what denies an object that is exempt, or
 * of which nobody knows what was taken out, is looked at a second time, and what is not found then is warned of. Never
 * throws: a defect in a rule must not stop a write.
 *
 * `undefined` for our own writes: the watcher's nudges change nothing that an owner declared, and come for every NodePool
 * just when there is no time to lose. Reports look at what is stored.
 */
export function reviewByPolicy(
  reviewed: Reviewed,
  { username }: AdmissionRequest['userInfo'],
  { policy, around, nowMs, ownUser, isOver, remembered }: PolicyState,
  set: Orders,
): PolicyReview | undefined {
  if (username === ownUser) return undefined;
  const defects: RuleDefect[] = [];
  const unasked = new Set<string>();
  const impaired = set.zones
    .filter(({ state }) => state === 'impaired')
    .map(({ id, name }) => ({ id, name: name ?? '' }));
  const { kind, old, object, inAllZones = object, isExempt = false } = reviewed;
  const trusted = isTrusted(policy, username);
  const circumstances: Circumstances = {
    nowMs,
    username,
    ...(old === undefined ? {} : { old }),
    isOver,
    onUnasked: (rule) => void unasked.add(rule),
    onDefect: (rule, error) => void defects.push({ rule, error }),
  };
  const asked = (ask: () => readonly Finding[]): readonly Finding[] => {
    try {
      return ask();
    } catch (error) {
      defects.push({ rule: EVERY_RULE, error });
      return [];
    }
  };
  const find = (looked: unknown, away: typeof impaired): readonly Finding[] => {
    const scene = { ...around, impaired: away };
    // Of NodeClaims hardly two are the same.
    if (remembered === undefined || kind !== 'NodePool')
      return asked(() => judge(kind, looked, scene, policy, circumstances));
    const parts = judgeInParts(kind, looked, scene, policy, circumstances);
    const part = (ask: () => readonly Finding[]) => () => {
      const findings = asked(ask);
      return { findings, isWhole: defects.length === 0 && unasked.size === 0 };
    };
    return remembered.of(
      sceneOf(policy, around),
      { object: looked, old, isTrusted: trusted, isByName: isByName(policy), impaired: away, nowMs },
      { alone: part(parts.alone), beside: part(parts.beside) },
    );
  };
  const found = find(object, isExempt ? impaired : []);
  const mayBeOfZones = impaired.length > 0 && (isExempt || inAllZones !== object);
  const isDenied = mayBeOfZones && found.some(({ severity }) => severity === 'deny');
  const findings = isDenied ? withoutImpairment(found, find(inAllZones, [])) : found;
  return { findings, defects, unasked: [...unasked], isTold: !trusted };
}

/** Which NodePools there are by name is asked of NodeClaims alone. */
function sceneOf(
  policy: Policy,
  { nodePools, nodePoolNames: _, ...others }: PolicyState['around'],
): VerdictScene {
  return { alone: [policy, ...Object.values(others)], beside: [nodePools] };
}

function isByName({ overrides }: Policy): boolean {
  return overrides.some(({ names }) => names.length > 0);
}

/**
 * The same review with nothing in it that would stop or warn anybody: of a NodeClaim that Karpenter makes for pods that
 * wait. What is wrong with it is wrong in its NodePool.
 */
export function auditedOnly({ findings, ...rest }: PolicyReview): PolicyReview {
  const audited = findings.map(
    (finding): Finding =>
      finding.severity === 'audit'
        ? finding
        : { ...finding, severity: 'audit', lowered: finding.lowered ?? 'made-by-karpenter' },
  );
  return { ...rest, findings: audited, isTold: false };
}
