import type { FindingSeverity } from '../../../shared/policy/severity.ts';
import { visible } from '../../output.ts';
import type { CheckReport, ReportRow } from '../check-report.ts';
import { rowsOf } from '../check-report.ts';
import { summaryLine } from '../summary-line.ts';

const COLOURS: Readonly<Record<FindingSeverity, number>> = { deny: 31, warn: 33, audit: 36 };

/**
 * The report for people: a head line for each finding (place, object, severity, rule), the message, the fix and the page
 * below it; the last line sums up. Text of the input is shown, never obeyed.
 */
export function asTable(report: CheckReport, isColoured: boolean): string {
  const paint = (text: string, code: number) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const rows = rowsOf(report).map((row) => blockOf(row, paint));
  return [...rows, summaryLine(report)].join('\n\n');
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
