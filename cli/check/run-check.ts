import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { DEFAULT_POLICY } from '../../shared/policy/core/policy.ts';
import type { CommandContext } from '../input/command-context.ts';
import { errorText } from '../input/input-error.ts';
import { readInputs } from '../input/input-texts.ts';
import { sortObjects } from '../input/judged-objects.ts';
import { inputNames } from '../input/standard-input.ts';
import type { Output } from '../output/output.ts';
import { VERSION } from '../output/version.ts';
import { missingName, readZoneMap } from '../zones/named-zones.ts';
import { catalogFromFile } from './catalog-file.ts';
import type { CheckForm, CheckOptions } from './check-options.ts';
import type { CheckReport } from './check-report.ts';
import { asJson, asYaml } from './formats/document.ts';
import { asGitHub } from './formats/github.ts';
import { asJUnit } from './formats/junit.ts';
import { asSarif } from './formats/sarif.ts';
import { asTable } from './formats/table.ts';
import { makeReport } from './make-report.ts';
import { policyFromFile } from './policy-file.ts';
import { surroundingsOf } from './surroundings-of.ts';

/**
 * `zonewarden check`: reads, judges, reports. Resolves with the exit status: 0 clean or warnings, 1 something fails the
 * check, 2 some of the input cannot be used. All that can be read is judged and reported in every case.
 *
 * @throws CheckError for options that cannot be used
 */
export async function runCheck(
  paths: readonly string[],
  options: CheckOptions,
  { input, output, nowMs }: CommandContext,
): Promise<number> {
  const zoneMap = readZoneMap(options.zoneMap);
  const catalog = options.catalog === undefined ? bundledCatalog() : catalogFromFile(options.catalog);
  const policy = options.policy === undefined ? DEFAULT_POLICY : policyFromFile(options.policy);
  const inputs = await readInputs(inputNames(paths, input), () => input.read());
  const objects = sortObjects(inputs.texts);
  const around = surroundingsOf(objects.judged, { catalog, zoneMap, impaired: options.impaired });
  const report = makeReport(objects, inputs.errors, {
    around,
    policy: options.profile === undefined ? policy : { ...policy, profile: options.profile },
    policyFile: options.policy,
    failOn: options.failOn,
    nowMs,
  });
  tell(report, options, output);
  return statusOf(report, options);
}

function tell(report: CheckReport, options: CheckOptions, output: Output): void {
  for (const zone of report.impaired) {
    const missing = missingName(zone);
    if (missing !== undefined) output.warn(missing);
  }
  for (const { file, line, column, kind, name, why } of report.notJudged)
    output.warn(`${file}:${line}:${column}: ${kind}/${name}: ${why}`);
  for (const error of report.errors) output.fail(errorText(error));
  if (options.requireResources && report.objects.length === 0)
    output.fail(
      'there is no NodePool, NodeClaim or NodeClass to be judged, and --require-resources asks for one.',
    );
  output.say(FORMS[options.output](report, options));
}

function statusOf({ summary, objects }: CheckReport, { requireResources }: CheckOptions): number {
  if (summary.error > 0 || (requireResources && objects.length === 0)) return 2;
  return summary.fail > 0 ? 1 : 0;
}

const FORMS: Readonly<Record<CheckForm, (report: CheckReport, options: CheckOptions) => string>> = {
  table: (report, { all }) => asTable(report, { isColoured: isColoured(), showsAll: all }),
  json: asJson,
  yaml: asYaml,
  sarif: (report) => asSarif(report, { version: VERSION }),
  junit: asJUnit,
  github: asGitHub,
};

/** https://no-color.org: any value but an empty one. */
function isColoured(): boolean {
  return process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
}
