import type { Severity } from './severity.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** Sets of severities that go together (docs/policies.md). */
export const PROFILES = ['baseline', 'spot-production', 'strict'] as const;
export type Profile = (typeof PROFILES)[number];

/** What a rule found wrong with one object. */
export interface Problem {
  /** One sentence or two: what was found, with the numbers. Without the rule's name, and with no end mark of its own. */
  readonly message: string;
  /** The cheapest change that would mend it, as an order: `Add c6i.large and m6i.large to …`. */
  readonly fix?: string;
  /** Where it stands: `spec.template.spec.requirements[2]`. Absent: the object as a whole. */
  readonly path?: string;
  /** Where a count is the point. */
  readonly found?: number;
  readonly needed?: number;
  /** The most that this problem may lead to, where the rule knows degrees. */
  readonly atMost?: Severity;
}

/** One object or a few, as YAML, that pass a rule or fail it. Its tests and its page in docs/ are made from them. */
export interface Example {
  readonly title: string;
  /** YAML documents; the last NodePool, NodeClaim or EC2NodeClass is judged, the others are what it refers to. */
  readonly yaml: string;
  /** Zone IDs that are impaired. */
  readonly impaired?: readonly string[];
  /**
   * Types that are not to be had everywhere, with the IDs of the zones that have them. With it the example is judged with
   * a catalogue that knows zones: every other type is offered in every zone of the NodeClass.
   */
  readonly offeredOnlyIn?: Readonly<Record<string, readonly string[]>>;
  /** Words that the message has to contain; only where it fails. */
  readonly says?: string;
}

/** One thing that a policy can ask of a NodePool, a NodeClaim or an EC2NodeClass. */
export interface Rule {
  /** Stable, kebab case; stands in policies, exemptions, logs and metrics. */
  readonly id: string;
  /** What is wrong where it finds something, in a few words: `Too few instance types for Spot`. */
  readonly title: string;
  readonly kinds: readonly SubjectKind[];
  readonly severity: Readonly<Record<Profile, Severity>>;
  /** Thresholds that a policy may change, with their defaults. */
  readonly parameters?: Readonly<Record<string, number>>;
  /**
   * Dotted paths of all that the rule looks at in the object; a key with dots in it stands in brackets. An update that changes none of them is not refused because
   * of the rule: labels and finalizers of an old NodePool can still be changed.
   */
  readonly looksAt: readonly string[];
  /**
   * It looks at the other NodePools as well, and at the name by which this one is told from them. Absent: what it finds
   * follows from the object without its name, whatever other NodePools there are, and is remembered so.
   */
  readonly besideOthers?: true;
  /** The rule's page: what it checks, why, what to write instead; Markdown, a paragraph or two each. */
  readonly checks: string;
  readonly why: string;
  readonly instead: string;
  readonly sources: readonly { readonly title: string; readonly url: string }[];
  readonly passes: readonly Example[];
  readonly fails: readonly Example[];
  /** Pure. `[]`: nothing is wrong, or nothing is known that would tell. */
  check(subject: Subject, parameters: Readonly<Record<string, number>>): readonly Problem[];
}

/** Where rules on NodePools and on NodeClaims look: the label tells whether Karpenter made a NodeClaim. */
export const ALL_REQUIREMENT_PATHS = [
  'metadata.labels[karpenter.sh/nodepool]',
  'spec.template.spec.requirements',
  'spec.template.metadata.labels',
  'spec.template.spec.nodeClassRef',
  'spec.requirements',
  'spec.nodeClassRef',
] as const;

/** Where most rules look: the requirements, and the template labels that act as requirements. */
export const REQUIREMENT_PATHS = [
  'spec.template.spec.requirements',
  'spec.template.metadata.labels',
  'spec.template.spec.nodeClassRef',
] as const;
