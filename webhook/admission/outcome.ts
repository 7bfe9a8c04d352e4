import type { DecisionFacts } from '../../shared/audit/decision-record.ts';
import type { EnforcementSettings } from '../../shared/enforcement/settings.ts';
import type { ImpairedSet } from '../../shared/zones/impaired-set.ts';
import type { AdmissionRequest, Verdict } from './review.ts';

/** What deciders know besides the request. Nothing in it is a clock. */
export interface AdmissionState {
  readonly set: ImpairedSet;
  readonly settings: EnforcementSettings;
  /** Names of the NodePools that are exempt: their NodeClaims are let through. */
  readonly exemptPools: ReadonlySet<string>;
  /** The set that would be in force if what the rules only record counted; absent while nothing is recorded. */
  readonly shadow?: ImpairedSet | undefined;
}

/** A decision and the facts that its audit line will carry. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly facts: DecisionFacts;
}

/** Decides about one kind of object on one path. Pure. */
export type Decider = (request: AdmissionRequest, state: AdmissionState) => Outcome;
