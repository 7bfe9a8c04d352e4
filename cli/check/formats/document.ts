import { stringify } from 'yaml';
import { visible } from '../../output.ts';
import { type CheckReport, rowsOf } from '../check-report.ts';
import { harmlessJson } from './harmless-json.ts';

/** The report as JSON; docs/check.md describes it. */
export function asJson(report: CheckReport): string {
  return harmlessJson(asDocument(report));
}

/** The same as YAML; it has no escape in a plain text, so that what a terminal obeys is replaced. */
export function asYaml(report: CheckReport): string {
  const shown = JSON.parse(JSON.stringify(asDocument(report)), (_name, value: unknown) =>
    typeof value === 'string' ? visible(value) : value,
  );
  return stringify(shown, { lineWidth: 0 }).trimEnd();
}

function asDocument(report: CheckReport): object {
  const { summary, catalog, policy, failOn, impaired, notJudged, errors } = report;
  return {
    summary,
    catalog,
    policy,
    failOn,
    impaired,
    results: rowsOf(report).map(({ object, finding }) => {
      const { line, column, rule, severity, message, ...more } = finding;
      const { file, kind, name } = object;
      return { file, line, column, kind, name, rule, severity, message, ...more };
    }),
    notJudged,
    errors,
  };
}
