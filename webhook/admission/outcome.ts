import type { DecisionFacts } from '../../shared/audit/decision-record.ts';
import type { EnforcementScene } from '../../shared/enforcement/settings.ts';
import type { Finding } from '../../shared/policy/core/finding.ts';
import type { Policy } from '../../shared/policy/core/policy.ts';
import type { Surroundings } from '../../shared/policy/core/surroundings.ts';
import type { Orders } from '../../shared/record/orders.ts';
import type { NodePoolEvent } from './nodepool-event.ts';
import type { AdmissionRequest, Verdict } from './review.ts';

/** What deciders know besides the request. Nothing in it is a clock. */
export interface AdmissionState {
  readonly set: Orders;
  readonly settings: EnforcementScene;
  /** Names of the NodePools that are exempt: their NodeClaims are let through. */
  readonly exemptPools: ReadonlySet<string>;
  /** The set that would be in force if what the rules only record counted; absent while nothing is recorded. */
  readonly shadow?: Orders | undefined;
  /** Absent: no policy is asked. */
  readonly policies?: PolicyState | undefined;
}

/** What the validating step judges by. */
export interface PolicyState {
  readonly policy: Policy;
  /** What is known of the cluster; which zones are impaired the set tells. */
  readonly around: Omit<Surroundings, 'impaired'>;
  /** When the request is judged, in milliseconds since the epoch: exemptions end. */
  readonly nowMs: number;
  /**
   * Whether the time of a verdict about this request is over: what follows it (the answer, NodeClaims, probes) must not wait
   * for rules.
   */
  isOver(): boolean;
  /** Verdicts that were given before. Absent: each is given anew. */
  readonly remembered?: VerdictMemory;
  /** Our own account: the watcher's nudges are not judged. */
  readonly ownUser: string;
}

/** Gives a verdict that was given before where nothing that it depends on is another, and else asks for it. */
export interface VerdictMemory {
  of(scene: VerdictScene, question: VerdictQuestion, judge: VerdictParts): readonly Finding[];
}

/** All that a verdict depends on besides the question, compared by identity: each part of it. */
export interface VerdictScene {
  readonly alone: readonly unknown[];
  /** The other NodePools: they change all the time, and few rules look at them. */
  readonly beside: readonly unknown[];
}

/** Asks the rules, those that look at other NodePools apart (shared/policy/core/judge-in-parts.ts). */
export interface VerdictParts {
  alone(): VerdictPart;
  beside(): VerdictPart;
}

export interface VerdictPart {
  readonly findings: readonly Finding[];
  /** Whether this is all there is to find, and may be remembered. */
  readonly isWhole: boolean;
}

/** What a verdict is asked of, for whom, and when. */
export interface VerdictQuestion {
  readonly object: unknown;
  /** What is stored; absent for a new object. */
  readonly old: unknown;
  readonly isTrusted: boolean;
  /** Whether the policy asks for something else of objects of some names. */
  readonly isByName: boolean;
  /** The zones that rules hear of as impaired. */
  readonly impaired: readonly unknown[];
  readonly nowMs: number;
}

/** A rule that threw; it found nothing. */
export interface RuleDefect {
  readonly rule: string;
  readonly error: unknown;
}

/** A decision, the facts that its audit line will carry, and what is done after it was answered. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly facts: DecisionFacts;
  /** Absent: nothing is to be told. Never written for a dry run. */
  readonly events?: readonly NodePoolEvent[];
  readonly defects?: readonly RuleDefect[];
  /** Rules (their IDs) for which there was no time. */
  readonly unasked?: readonly string[];
}

/** The steps of admission, as the paths are called on which they come. */
export type WebhookName = 'mutate' | 'validate';

/** Decides about one kind of object on one path. Pure. */
export type Decider = (request: AdmissionRequest, state: AdmissionState) => Outcome;
