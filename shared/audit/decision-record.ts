import type { Requirement } from '../requirements/requirement.ts';
import type { ImpairedZone } from '../zones/impaired-set.ts';

/**
 * What a decision did. `pruned`: kept out of impaired zones. `restored`: what was declared came back.
 * `unchanged`: what was sent is stored. `refused`: not admitted. `ignored`: not ours to decide about.
 */
export type DecisionAction = 'pruned' | 'restored' | 'unchanged' | 'refused' | 'ignored';

/** What a decider found out, besides its verdict. */
export interface DecisionFacts {
  readonly action: DecisionAction;
  /** The rule that decided; stable, kebab case. */
  readonly rule: string;
  readonly declared?: readonly Requirement[];
  readonly effective?: readonly Requirement[];
  readonly excluded?: readonly ImpairedZone[];
  readonly notes?: readonly string[];
}

/** The request, as far as the record names it. */
export interface DecisionSubject {
  readonly webhook: string;
  readonly uid: string;
  readonly operation: string;
  readonly dryRun: boolean;
  readonly kind: string;
  readonly name: string;
  readonly username: string;
  readonly fieldManager: string | undefined;
}

/** One line of the audit log (docs/audit.md says what each field means). Times are added by the logger. */
export interface DecisionRecord extends DecisionSubject {
  readonly event: 'decision';
  readonly allowed: boolean;
  readonly action: DecisionAction;
  readonly rule: string;
  readonly message: string | undefined;
  readonly setGeneration: number;
  readonly impairedZones: readonly AuditZone[];
  readonly declared: readonly string[] | undefined;
  readonly effective: readonly string[] | undefined;
  readonly notes: readonly string[] | undefined;
  readonly patchOperations: number;
  readonly durationMs: number;
}

interface AuditZone {
  readonly id: string;
  readonly name: string | null;
  readonly state: string;
  readonly excluded: boolean;
  readonly sources: readonly { readonly id: string; readonly kind: string; readonly since: string }[];
}

/** Puts the record of one decision together. */
export function decisionRecord(
  subject: DecisionSubject,
  verdict: { readonly allowed: boolean; readonly message?: string; readonly patch?: readonly unknown[] },
  facts: DecisionFacts,
  set: { readonly generation: number; readonly zones: readonly ImpairedZone[] },
  durationMs: number,
): DecisionRecord {
  const excluded = new Set(facts.excluded?.map(({ id }) => id));
  return {
    event: 'decision',
    ...subject,
    allowed: verdict.allowed,
    action: facts.action,
    rule: facts.rule,
    message: verdict.message,
    setGeneration: set.generation,
    impairedZones: set.zones.map(({ id, name, state, sources }) => ({
      id,
      name: name ?? null,
      state,
      excluded: excluded.has(id),
      sources: sources.map((source) => ({ id: source.id, kind: source.kind, since: source.since })),
    })),
    declared: facts.declared?.map(showRequirement),
    effective: facts.effective?.map(showRequirement),
    notes: facts.notes === undefined || facts.notes.length === 0 ? undefined : facts.notes,
    patchOperations: verdict.patch?.length ?? 0,
    durationMs: Math.round(durationMs * 1000) / 1000,
  };
}

/** `topology.kubernetes.io/zone In [us-east-1a, us-east-1b] minValues 2` */
export function showRequirement(requirement: Requirement): string {
  const values = requirement.values === undefined ? '' : ` [${requirement.values.join(', ')}]`;
  const least = requirement.minValues === undefined ? '' : ` minValues ${requirement.minValues}`;
  return `${requirement.key} ${requirement.operator}${values}${least}`;
}
