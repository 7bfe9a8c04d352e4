import type { FindingSeverity } from './severity.ts';

/** Why a finding leads to less than its rule says. */
export type Lowered =
  /** Nothing that the rule looks at was changed by this update. */
  | 'unchanged'
  /** An annotation exempts the object from the rule. */
  | 'exempt'
  /** The policy is in audit mode. */
  | 'audit-mode'
  /** The writer is one that must not be blocked. */
  | 'trusted-writer'
  /** Karpenter made the NodeClaim out of a NodePool: what is wrong is wrong there, and a refusal stops its launches. */
  | 'made-by-karpenter'
  /** It would not be found if every zone were healthy: nobody is refused because a zone is impaired. */
  | 'impaired-zone';

/** What a policy says of one object: the verdict of one rule. Everything is text or number, so that it can be logged. */
export interface Finding {
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly message: string;
  readonly fix?: string;
  readonly path?: string;
  readonly found?: number;
  readonly needed?: number;
  readonly lowered?: Lowered;
  /** The reason that an exemption gives. */
  readonly exemption?: string;
}

/** `1 of 5 …. Add ….` as people read it, without the rule's name. */
export function findingText({ message, fix }: Finding): string {
  return fix === undefined ? `${message}.` : `${message}. ${fix}.`;
}
