import type { InputError } from '../../input/input-error.ts';
import type { NamedObject, NotJudged } from '../../input/judged-objects.ts';
import { visible } from '../../output/output.ts';
import type { CheckedFinding, CheckedObject, CheckReport } from '../check-report.ts';
import { summaryLine } from '../summary-line.ts';

/**
 * The report as JUnit XML: a suite for each file, a test case for each object. What fails the check is one `failure`, of
 * which readers take one a case; all else that was found stands in `system-out`. Input that could not be read is an
 * `error`.
 */
export function asJUnit(report: CheckReport): string {
  const files = new Set([...report.objects, ...report.notJudged, ...report.errors].map(({ file }) => file));
  const suites = [...files].map((file) => suiteOf(file, report));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="zonewarden check" ${countsOf(report)}>`,
    ...suites,
    '</testsuites>',
    `<!-- ${escaped(summaryLine(report)).replaceAll('--', '- -')} -->`,
  ].join('\n');
}

/** What suites are made of. */
type Cases = Pick<CheckReport, 'objects' | 'notJudged' | 'errors'>;

function suiteOf(file: string, report: Cases): string {
  const isHere = (one: { readonly file: string }) => one.file === file;
  const objects = report.objects.filter(isHere);
  const notJudged = report.notJudged.filter(isHere);
  const errors = report.errors.filter(isHere);
  const cases = [...objects.map(caseOf), ...notJudged.map(skippedCase), ...errors.map(errorCase)];
  const head = `  <testsuite name="${escaped(file)}" ${countsOf({ objects, notJudged, errors })} time="0">`;
  return [head, ...cases, '  </testsuite>'].join('\n');
}

function countsOf({ objects, notJudged, errors }: Cases): string {
  const tests = objects.length + notJudged.length + errors.length;
  const failures = objects.filter(({ findings }) => findings.some(({ fails }) => fails)).length;
  return `tests="${tests}" failures="${failures}" errors="${errors.length}" skipped="${notJudged.length}"`;
}

function caseOf(object: CheckedObject): string {
  const failing = object.findings.filter(({ fails }) => fails);
  const others = object.findings.filter(({ fails }) => !fails);
  const head = `    <testcase ${nameOf(object)}`;
  if (object.findings.length === 0) return `${head}/>`;
  const [first] = failing;
  const failure =
    first === undefined
      ? []
      : [
          `      <failure message="${escaped(`${first.rule}: ${first.message}`)}" type="${escaped(first.rule)}">` +
            `${linesOf(object, failing)}</failure>`,
        ];
  const rest = others.length === 0 ? [] : [`      <system-out>${linesOf(object, others)}</system-out>`];
  return [`${head}>`, ...failure, ...rest, '    </testcase>'].join('\n');
}

function skippedCase(one: NotJudged): string {
  return [
    `    <testcase ${nameOf(one)}>`,
    `      <skipped message="${escaped(one.why)}"/>`,
    '    </testcase>',
  ].join('\n');
}

function errorCase({ file, line, message }: InputError): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return [
    `    <testcase classname="${escaped(file)}" name="${escaped(place)}" time="0">`,
    `      <error message="${escaped(message)}" type="input"/>`,
    '    </testcase>',
  ].join('\n');
}

/** `file` and `line` are read by GitLab and others, and passed over by the rest. */
function nameOf({ file, line, kind, name }: NamedObject): string {
  return `classname="${escaped(file)}" name="${escaped(`${kind}/${name}`)}" file="${escaped(file)}" line="${line}" time="0"`;
}

function linesOf({ file }: CheckedObject, findings: readonly CheckedFinding[]): string {
  const lines = findings.map(({ line, column, severity, rule, message, fix, page }) => {
    const text = `${message}.${fix === undefined ? '' : ` ${fix}.`}`;
    return `${file}:${line}:${column} ${severity} ${rule}: ${text} See ${page}`;
  });
  return lines.map(escaped).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML 1.0 has no place for, control characters above all, is taken out by `visible` and by the last step. */
function escaped(text: string): string {
  return visible(text)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}
