import { ageDaysOf, type Catalog, describeCatalog } from '../../shared/catalog/catalog.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Finding } from '../../shared/policy/core/finding.ts';
import { judge } from '../../shared/policy/core/judge.ts';
import type { Policy } from '../../shared/policy/core/policy.ts';
import { type FindingSeverity, SEVERITIES } from '../../shared/policy/core/severity.ts';
import type { Surroundings } from '../../shared/policy/core/surroundings.ts';
import { rulePage } from '../../shared/policy/core/words.ts';
import type { InputError } from '../input/input-error.ts';
import type { JudgedObject, SortedObjects } from '../input/judged-objects.ts';
import type { CatalogNote, CheckedObject, CheckReport, Summary } from './check-report.ts';

/** How objects are judged. */
export interface Judgement {
  readonly around: Surroundings;
  readonly policy: Policy;
  readonly policyFile: string | undefined;
  readonly failOn: FindingSeverity;
  readonly nowMs: number;
}

/** Judges all objects, as admission would judge them when they are created. */
export function makeReport(
  objects: SortedObjects,
  inputErrors: readonly InputError[],
  judgement: Judgement,
): CheckReport {
  const { around, policy, policyFile, failOn, nowMs } = judgement;
  const defects: InputError[] = [];
  const checked = objects.judged.map((object) => check(object, judgement, defects));
  const errors = [...inputErrors, ...objects.errors, ...defects];
  return {
    summary: summaryOf(checked, {
      errors: errors.length,
      skipped: objects.others + objects.notJudged.length,
    }),
    objects: checked,
    notJudged: objects.notJudged,
    errors,
    catalog: catalogNote(around.catalog, nowMs),
    policy: { profile: policy.profile, mode: policy.mode, file: policyFile },
    failOn,
    impaired: around.impaired,
  };
}

function check(
  { as, source, value }: JudgedObject,
  { around, policy, failOn, nowMs }: Judgement,
  defects: InputError[],
): CheckedObject {
  const { file, kind, name } = source;
  // An object that a rule could not judge is not clean.
  const onDefect = (rule: string, error: unknown) => {
    const message = `${kind}/${name}: the rule ${rule} failed, which is a defect of Zonewarden: ${messageOf(error)}`;
    defects.push({ file, ...source.positionOf(), message });
  };
  const findings = judge(as, value, around, policy, { nowMs, onDefect });
  return {
    file,
    ...source.positionOf(),
    kind,
    name,
    findings: findings.map((finding) => ({
      ...finding,
      ...source.positionOf(finding.path),
      fails: fails(finding, failOn),
      page: rulePage(finding.rule),
    })),
  };
}

/** An exemption is a decision that somebody took: it never fails a check. */
function fails({ severity, lowered }: Finding, failOn: FindingSeverity): boolean {
  return lowered !== 'exempt' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}

function summaryOf(
  objects: readonly CheckedObject[],
  { errors, skipped }: { readonly errors: number; readonly skipped: number },
): Summary {
  const failing = objects.filter(({ findings }) => findings.some((finding) => finding.fails));
  const warned = objects.filter(
    (object) => !failing.includes(object) && object.findings.some(({ severity }) => severity === 'warn'),
  );
  return {
    pass: objects.length - failing.length - warned.length,
    warn: warned.length,
    fail: failing.length,
    error: errors,
    skip: skipped,
  };
}

function catalogNote(catalog: Catalog, nowMs: number): CatalogNote {
  const { source, madeAt, region } = catalog.origin;
  return {
    source,
    madeAt,
    ageDays: ageDaysOf(catalog, nowMs),
    region,
    types: catalog.types.length,
    description: describeCatalog(catalog),
  };
}
