import type { Finding } from '../policy/core/finding.ts';
import { type OrderedZone, shownSources } from '../record/orders.ts';
import type { Requirement } from '../requirements/requirement.ts';
import { BoundedLine, LONGEST_NAME, LONGEST_TEXT } from './bounded-line.ts';

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
  const line = new BoundedLine();
  const { name, username, fieldManager, uid, kind } = subject;
  const record = {
    event: 'decision' as const,
    ...subject,
    uid: line.text('uid', uid, LONGEST_NAME),
    kind: line.text('kind', kind, LONGEST_NAME),
    name: line.text('name', name, LONGEST_NAME),
    username: line.text('username', username, LONGEST_NAME),
    fieldManager:
      fieldManager === undefined ? undefined : line.text('fieldManager', fieldManager, LONGEST_NAME),
    allowed: verdict.allowed,
    action: facts.action,
    rule: facts.rule,
    message: messageOf('message', verdict, line),
    setGeneration: set.generation,
    impairedZones: zonesOf('impairedZones', set.zones, facts, line),
    declared: facts.declared && line.requirements('declared', facts.declared),
    effective: facts.effective && line.requirements('effective', facts.effective),
    notes: notesOf('notes', facts, line),
    findings: findingsOf(facts, line),
    patchOperations: verdict.patch?.length ?? 0,
    shadow: shadow === undefined ? undefined : shadowRecord(shadow, line),
    durationMs: Math.round(durationMs * 1000) / 1000,
  };
  return { ...record, cut: line.cut };
}

/** What would have been decided if the zones that the rules only record were impaired. Nothing of it was done. */
function shadowRecord({ verdict, facts, zones }: ShadowOutcome, line: BoundedLine) {
  return {
    action: facts.action,
    rule: facts.rule,
    message: messageOf('shadow.message', verdict, line),
    zones: zonesOf('shadow.zones', zones, facts, line),
    effective: facts.effective && line.requirements('shadow.effective', facts.effective),
    notes: notesOf('shadow.notes', facts, line),
    patchOperations: verdict.patch?.length ?? 0,
  };
}

/** A refusal by policy has some sentences for each of its reasons. */
const LONGEST_MESSAGE = 16_000;

function messageOf(field: string, { message }: AuditVerdict, line: BoundedLine): string | undefined {
  return message === undefined ? undefined : line.text(field, message, LONGEST_MESSAGE);
}

/** No Region has as many zones. */
const MOST_ZONES = 32;

function zonesOf(field: string, zones: readonly OrderedZone[], facts: DecisionFacts, line: BoundedLine) {
  const excluded = new Set(facts.excluded?.map(({ id }) => id));
  return line.first(field, zones, MOST_ZONES).map(({ id, name, state, sources }) => ({
    id,
    name: name ?? null,
    state,
    excluded: excluded.has(id),
    sources: line.some(field, sources, shownSources(sources)).map((source) => ({
      id: line.text(field, source.id, LONGEST_NAME),
      kind: source.kind,
      since: source.since,
    })),
  }));
}

function notesOf(field: string, { notes }: DecisionFacts, line: BoundedLine): readonly string[] | undefined {
  return notes === undefined || notes.length === 0 ? undefined : line.texts(field, notes);
}

/** Of all findings together. The worst come first; those of a usual NodePool have some 2,000. */
const LONGEST_FINDINGS = 48_000;

function findingsOf({ findings }: DecisionFacts, line: BoundedLine): readonly Finding[] | undefined {
  if (findings === undefined || findings.length === 0) return undefined;
  const bounded = (text: string) => line.text('findings', text, LONGEST_TEXT);
  const shown = findings.map(({ rule, severity, message, fix, path, found, needed, lowered, exemption }) => ({
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
  const lengthOf = ({ message, fix = '', path = '' }: Finding) =>
    message.length + fix.length + path.length + 200;
  return line.within('findings', shown, LONGEST_FINDINGS, lengthOf);
}
