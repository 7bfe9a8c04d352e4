import type { AuditLine } from '../../shared/audit/log-schema/audit-line.ts';
import type { DecisionLine } from '../../shared/audit/log-schema/decision-line.ts';
import type { WatcherLine } from '../../shared/audit/log-schema/watcher-lines.ts';
import { visible } from '../output/output.ts';

/** Columns are as wide as what usually stands in them: a row is shown before the next one is read. */
const COLUMNS = [
  ['TIME', 20],
  ['STEP', 15],
  ['ACTION', 9],
  ['OBJECT', 26],
  ['USER', 34],
  ['RULE', 22],
  ['DETAILS', 0],
] as const;
const NONE = '-';

export const AUDIT_HEADER = padded(COLUMNS.map(([name]) => name));

/** One line of the stream as one row. Nothing in it moves a cursor or begins a row of its own. */
export function auditRow(line: AuditLine): string {
  const time = line.time.replace(/\.\d+(?=Z$)/, '');
  return padded([time, ...cellsOf(line)].map(visible));
}

function cellsOf(line: AuditLine): string[] {
  if (line.event === 'decision') return cellsOfDecision(line);
  if (line.component === 'webhook') {
    const missing = line.missing.length === 0 ? undefined : `missing: ${line.missing.join(', ')}`;
    const object = `${line.kind}/${line.configuration}`;
    return [line.event, NONE, object, NONE, NONE, details([line.message, missing])];
  }
  return [line.event, NONE, objectOf(line), NONE, NONE, details([saidBy(line)])];
}

function cellsOfDecision(line: DecisionLine): string[] {
  const { webhook, action, kind, name, username, rule, operation, dryRun } = line;
  const excluded = line.impairedZones.filter((zone) => zone.excluded);
  const zones = excluded.map((zone) => (zone.name === null ? zone.id : `${zone.name} (${zone.id})`));
  const findings = (line.findings ?? []).map(
    (finding) =>
      `${finding.severity} ${finding.rule}${finding.lowered === undefined ? '' : ` (${finding.lowered})`}`,
  );
  const said = [
    `${operation}${dryRun ? ', dry run' : ''}`,
    zones.length === 0 ? undefined : `kept out of ${zones.join(', ')}`,
    findings.length === 0 ? undefined : `findings: ${findings.join(', ')}`,
    line.shadow === undefined ? undefined : `would have been ${line.shadow.action}`,
    line.notes === undefined ? undefined : line.notes.join(', '),
    line.message,
  ];
  return [webhook, action, `${kind}/${name}`, username, rule, details(said)];
}

function objectOf(line: WatcherLine): string {
  if (line.event === 'nudge') return `NodePool/${line.nodePool}`;
  return line.event === 'shadow' ? line.zoneId : NONE;
}

function saidBy(line: WatcherLine): string | undefined {
  switch (line.event) {
    case 'zone':
      return line.text;
    case 'nudge':
      return line.result;
    case 'record-written': {
      const zones = line.zones.map(({ id, state }) => `${id} ${state}`);
      return `generation ${line.generation}: ${zones.length === 0 ? 'no zone' : zones.join(', ')}`;
    }
    case 'shadow':
      return `${line.changed} of ${line.nodePools} NodePools would be changed`;
    case 'message':
      return [line.type ?? 'unknown type', line.outcome, line.fate].join(', ');
    default:
      return line.message;
  }
}

function details(parts: readonly (string | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? NONE : said.join('; ');
}

function padded(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(COLUMNS[column]?.[1] ?? 0))
    .join('  ')
    .trimEnd();
}
