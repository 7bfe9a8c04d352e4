import type { Finding } from '../policy/core/finding.ts';
import { cut } from '../record/bounded-text.ts';
import { type OrderedZone, shownSources } from '../record/orders.ts';
import type { Requirement } from '../requirements/requirement.ts';

/**
 * What a decision did. `pruned`: kept out of impaired zones. `restored`: what was declared came back.
 * `unchanged`: what was sent is stored. `refused`: not admitted. `ignored`: not ours to decide about.
 */
export const DECISION_ACTIONS = ['pruned', 'restored', 'unchanged', 'refused', 'ignored'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

/** What a decider found out, besides its verdict. */
export interface DecisionFacts {
  readonly action: DecisionAction;
  /** The rule that decided; stable, kebab case. */
  readonly rule: string;
  readonly declared?: readonly Requirement[];
  readonly effective?: readonly Requirement[];
  readonly excluded?: readonly OrderedZone[];
  readonly notes?: readonly string[];
  /** What the policy says of the object, as its owner declared it; absent where no policy was asked. */
  readonly findings?: readonly Finding[];
}

/** The request, as far as the record names it. */
interface DecisionSubject {
  readonly webhook: string;
  readonly uid: string;
  readonly operation: string;
  readonly dryRun: boolean;
  readonly kind: string;
  readonly name: string;
  readonly username: string;
  readonly fieldManager: string | undefined;
}

/** A verdict as far as the audit log tells it. */
interface AuditVerdict {
  readonly allowed: boolean;
  readonly message?: string;
  readonly patch?: readonly unknown[];
}

/** A decision that was computed and not answered with. */
export interface ShadowOutcome {
  readonly verdict: AuditVerdict;
  readonly facts: DecisionFacts;
  /** The zones that were taken for impaired and are not. */
  readonly zones: readonly OrderedZone[];
}

/** One line of the audit log (docs/audit.md says what each field means). Times are added by the logger. */
export function decisionRecord(
  subject: DecisionSubject,
  verdict: AuditVerdict,
  facts: DecisionFacts,
  set: { readonly generation: number; readonly zones: readonly OrderedZone[] },
  durationMs: number,
  shadow?: ShadowOutcome,
) {
  return {
    event: 'decision' as const,
    ...subject,
    allowed: verdict.allowed,
    action: facts.action,
    rule: facts.rule,
    message: verdict.message,
    setGeneration: set.generation,
    impairedZones: zonesOf(set.zones, facts),
    declared: facts.declared?.map(showRequirement),
    effective: facts.effective?.map(showRequirement),
    notes: notesOf(facts),
    findings: findingsOf(facts),
    patchOperations: verdict.patch?.length ?? 0,
    shadow: shadow === undefined ? undefined : shadowRecord(shadow),
    durationMs: Math.round(durationMs * 1000) / 1000,
  };
}

/** What would have been decided if the zones that the rules only record were impaired. Nothing of it was done. */
function shadowRecord({ verdict, facts, zones }: ShadowOutcome) {
  return {
    action: facts.action,
    rule: facts.rule,
    message: verdict.message,
    zones: zonesOf(zones, facts),
    effective: facts.effective?.map(showRequirement),
    notes: notesOf(facts),
    patchOperations: verdict.patch?.length ?? 0,
  };
}

/** What the record calls a source is shorter; an earlier version kept names of 2,048 characters. */
const LONGEST_ID = 512;

function zonesOf(zones: readonly OrderedZone[], facts: DecisionFacts) {
  const excluded = new Set(facts.excluded?.map(({ id }) => id));
  return zones.map(({ id, name, state, sources }) => ({
    id,
    name: name ?? null,
    state,
    excluded: excluded.has(id),
    sources: shownSources(sources).map(({ id, kind, since }) => ({ id: cut(id, LONGEST_ID), kind, since })),
  }));
}

function notesOf({ notes }: DecisionFacts): readonly string[] | undefined {
  return notes === undefined || notes.length === 0 ? undefined : notes;
}

/** No rule says more than a few sentences; a name in them can be of any length. */
const LONGEST_TEXT = 2000;

function findingsOf({ findings }: DecisionFacts): readonly Finding[] | undefined {
  if (findings === undefined || findings.length === 0) return undefined;
  return findings.map(({ rule, severity, message, fix, path, found, needed, lowered, exemption }) => ({
    rule,
    severity,
    message: bounded(message),
    ...(fix === undefined ? {} : { fix: bounded(fix) }),
    ...(path === undefined ? {} : { path: bounded(path) }),
    ...(found === undefined ? {} : { found }),
    ...(needed === undefined ? {} : { needed }),
    ...(lowered === undefined ? {} : { lowered }),
    ...(exemption === undefined ? {} : { exemption: bounded(exemption) }),
  }));
}

function bounded(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

/** `topology.kubernetes.io/zone In [us-east-1a, us-east-1b] minValues 2` */
export function showRequirement(requirement: Requirement): string {
  const values = requirement.values === undefined ? '' : ` [${requirement.values.join(', ')}]`;
  const least = requirement.minValues === undefined ? '' : ` minValues ${requirement.minValues}`;
  return `${requirement.key} ${requirement.operator}${values}${least}`;
}
