import { harmlessJson, harmlessYaml } from '../../output/harmless-text.ts';
import { type CheckReport, rowsOf } from '../check-report.ts';

/** The report as JSON; docs/check.md describes it. */
export function asJson(report: CheckReport): string {
  return harmlessJson(asDocument(report));
}

/** The same as YAML. */
export function asYaml(report: CheckReport): string {
  // What is undefined is absent, as it is in JSON.
  return harmlessYaml(JSON.parse(JSON.stringify(asDocument(report)))).trimEnd();
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
