import type { FindingSeverity } from '../../../shared/policy/core/severity.ts';
import type { InputError } from '../../input/input-error.ts';
import { STDIN_NAME } from '../../input/input-texts.ts';
import { visible } from '../../output/output.ts';
import { type CheckReport, rowsOf } from '../check-report.ts';
import { summaryLine } from '../summary-line.ts';

const COMMANDS: Readonly<Record<FindingSeverity, string>> = {
  deny: 'error',
  warn: 'warning',
  audit: 'notice',
};

/**
 * The report as GitHub's workflow commands, which become annotations of the changed lines. Piped input has no file that an
 * annotation could stand in: then it stands in the run alone.
 */
export function asGitHub(report: CheckReport): string {
  const findings = rowsOf(report).map(({ object, finding }) => {
    const { severity, rule, message, fix, fails, page } = finding;
    const title = `zonewarden: ${rule}`;
    const text = `${object.kind}/${object.name}: ${message}.${fix === undefined ? '' : ` ${fix}.`} See ${page}`;
    return annotation(fails ? 'error' : COMMANDS[severity], { ...finding, file: object.file, title }, text);
  });
  const errors = report.errors.map((error) =>
    annotation('error', { ...error, title: 'zonewarden: not read' }, error.message),
  );
  return [...findings, ...errors, summaryLine(report)].join('\n');
}

interface Properties extends Omit<InputError, 'message'> {
  readonly title: string;
}

function annotation(command: string, { file, line, column, title }: Properties, text: string): string {
  const place =
    file === STDIN_NAME ? [] : [['file', file] as const, ['line', line] as const, ['col', column] as const];
  const properties = [...place, ['title', title] as const].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${inProperty(String(value))}`],
  );
  const where = file === STDIN_NAME && line !== undefined ? `${file}:${line}: ` : '';
  return `::${command} ${properties.join(',')}::${inData(`${where}${text}`)}`;
}

/** As @actions/core escapes them; what a terminal obeys is taken out before, line ends included. */
function inData(text: string): string {
  return visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function inProperty(text: string): string {
  return inData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
