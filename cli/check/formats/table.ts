import type { FindingSeverity } from '../../../shared/policy/core/severity.ts';
import { visible } from '../../output/output.ts';
import type { CheckReport, ReportRow } from '../check-report.ts';
import { rowsOf } from '../check-report.ts';
import { summaryLine } from '../summary-line.ts';

const COLOURS: Readonly<Record<FindingSeverity, number>> = { deny: 31, warn: 33, audit: 36 };

/** How the report for people looks. */
export interface TableStyle {
  readonly isColoured: boolean;
  /** Also findings of severity `audit`, which most NodePools have some of. */
  readonly showsAll: boolean;
}

/**
 * The report for people: a head line for each finding (place, object, severity, rule), the message, the fix and the page
 * below it; the last lines sum up. What is neither denied nor warned of is only counted, so that it does not hide the rest.
 * Text of the input is shown, never obeyed.
 */
export function asTable(report: CheckReport, { isColoured, showsAll }: TableStyle): string {
  const paint = (text: string, code: number) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const rows = rowsOf(report);
  const shown = rows.filter(({ finding }) => showsAll || finding.fails || finding.severity !== 'audit');
  const left = rows.length - shown.length;
  const more =
    left === 0 ? [] : [`${left} more of severity audit; --all shows ${left === 1 ? 'it' : 'them'}.`];
  const blocks = shown.map((row) => blockOf(row, paint));
  return [...blocks, [...more, summaryLine(report)].join('\n')].join('\n\n');
}

function blockOf({ object, finding }: ReportRow, paint: (text: string, code: number) => string): string {
  const { severity, rule, message, fix, page, lowered, exemption } = finding;
  const place = `${visible(object.file)}:${finding.line}:${finding.column}`;
  const head = `${place}  ${visible(`${object.kind}/${object.name}`)}  ${paint(severity, COLOURS[severity])}  ${rule}`;
  const note = lowered === 'exempt' ? `exempt: ${exemption ?? ''}` : undefined;
  const below = [
    `${message}.`,
    ...(fix === undefined ? [] : [`Fix: ${fix}.`]),
    ...(note === undefined ? [] : [note]),
    `See ${page}`,
  ];
  return [head, ...below.map((line) => `  ${visible(line)}`)].join('\n');
}
