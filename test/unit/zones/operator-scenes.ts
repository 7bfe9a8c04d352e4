import type { ShiftChange, ShiftContext, ShiftOutcome } from '../../../shared/record/operator-shift.ts';
import type { RecordedSource, RecordedZone, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES, type KindRule, type ZoneRules } from '../../../shared/settings/zone-rules.ts';

/** Records and rules that the tests of operators' shifts start from. It is noon. */
export const NOON = Date.parse('2026-11-21T12:00:00Z');
export const HOUR = 3_600_000;
export const [A, B, C] = [
  { id: 'use1-az1', name: 'us-east-1a' },
  { id: 'use1-az2', name: 'us-east-1b' },
  { id: 'use1-az4', name: 'us-east-1c' },
] as const;
export const USED = { [A.id]: A.name, [B.id]: B.name, [C.id]: C.name };

export function inHours(hours: number): string {
  return new Date(NOON + hours * HOUR).toISOString();
}

export function autoshift(hours = -1): RecordedSource {
  return { id: 'autoshift/region', kind: 'autoshift', since: inHours(hours) };
}

export function byAlice(until: string, more: Partial<RecordedSource> = {}): RecordedSource {
  const since = inHours(-2);
  return {
    id: 'operator',
    kind: 'operator',
    since,
    until,
    via: 'operator',
    by: 'alice',
    reason: 'slow',
    ...more,
  };
}

export function zone(
  named: { id: string; name: string },
  state: RecordedZone['state'],
  ...sources: RecordedSource[]
): RecordedZone {
  return { ...named, state, sources };
}

export function recordWith(...zones: RecordedZone[]): ZoneRecord {
  return { generation: 7, zones, ended: {}, used: USED };
}

export function context(rules: Partial<ZoneRules> = {}, rulesAreKnown = true): ShiftContext {
  return { rules: { ...DEFAULT_ZONE_RULES, ...rules }, rulesAreKnown, nowMs: NOON };
}

export function operatorRule(rule: KindRule): Partial<ZoneRules> {
  return { kinds: { ...DEFAULT_ZONE_RULES.kinds, operator: rule } };
}

export function order(named: { id: string; name: string }, more: { forced?: boolean; forMs?: number } = {}) {
  return { zone: named, forMs: 2 * HOUR, by: 'bob', reason: 'packet loss', forced: false, ...more };
}

/** The change, where there is one; the test fails otherwise. */
export function changeOf(outcome: ShiftOutcome): ShiftChange {
  if (outcome.kind === 'changed') return outcome;
  throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
}

/** `use1-az1 impaired [autoshift/region operator]`, a line a zone. */
export function shown({ zones }: ZoneRecord): string[] {
  return zones.map(
    ({ id, state, sources }) => `${id} ${state} [${sources.map((source) => source.id).join(' ')}]`,
  );
}

/** An hour of recovery delay that begins then. */
export const delay = (hours: number, forHours = 1) => ({
  id: 'recovery-delay',
  kind: 'recovery-delay',
  since: inHours(hours),
  until: inHours(hours + forHours),
  via: 'derived' as const,
});
