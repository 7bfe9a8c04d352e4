import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../../../shared/policy/core/rule.ts';
import type { Severity } from '../../../shared/policy/core/severity.ts';
import { rulePage } from '../../../shared/policy/core/words.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import type { InputError } from '../../input/input-error.ts';
import { STDIN_NAME } from '../../input/input-texts.ts';
import { harmlessJson } from '../../output/harmless-text.ts';
import { type CheckedFinding, type CheckReport, type ReportRow, rowsOf } from '../check-report.ts';

const LEVELS: Readonly<Record<Severity, string>> = {
  deny: 'error',
  warn: 'warning',
  audit: 'note',
  off: 'none',
};

/** What SARIF says that the tool is. */
export interface Tool {
  readonly version: string;
}

/**
 * The report as SARIF 2.1.0, for GitHub code scanning and others. Findings that are exempt are there as suppressed ones;
 * input that could not be read is a notification of the invocation, which then was no success.
 */
export function asSarif(report: CheckReport, { version }: Tool): string {
  const { profile } = report.policy;
  const run = {
    tool: {
      driver: {
        name: 'zonewarden',
        semanticVersion: version,
        rules: ALL_RULES.map((rule) => describedRule(rule, rule.severity[profile])),
      },
    },
    invocations: [
      {
        executionSuccessful: report.errors.length === 0,
        toolExecutionNotifications: report.errors.map(notification),
      },
    ],
    columnKind: 'utf16CodeUnits',
    properties: { summary: report.summary, catalog: report.catalog, policy: report.policy },
    results: rowsOf(report).map(resultOf),
  };
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return harmlessJson({ $schema, version: '2.1.0', runs: [run] });
}

/** `helpUri` is a URI and nothing else: as long as there is none, the page is named by its path. */
function describedRule({ id, title, checks, why, instead }: Rule, severity: Severity): object {
  const page = rulePage(id);
  const text = `${checks}\n\nWhy: ${why}\n\nInstead: ${instead}`;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: checks },
    help: { text, markdown: `${checks}\n\n**Why**: ${why}\n\n**Instead**: ${instead}` },
    ...(URL.canParse(page) ? { helpUri: page } : {}),
    defaultConfiguration: { level: LEVELS[severity], enabled: severity !== 'off' },
    properties: { page, tags: ['karpenter'] },
  };
}

function resultOf({ object, finding }: ReportRow): object {
  const { rule, message, fix, path, found, needed, lowered, page } = finding;
  const { kind, name } = object;
  return {
    ruleId: rule,
    ruleIndex: ALL_RULES.findIndex(({ id }) => id === rule),
    level: finding.fails ? 'error' : LEVELS[finding.severity],
    message: { text: `${kind}/${name}: ${message}.${fix === undefined ? '' : ` ${fix}.`}` },
    locations: [
      {
        ...placed(object.file, finding),
        logicalLocations: [{ name, fullyQualifiedName: `${kind}/${name}`, kind: 'object' }],
      },
    ],
    ...suppression(finding),
    properties: { kind, name, severity: finding.severity, fix, path, found, needed, lowered, page },
  };
}

function suppression({ lowered, exemption }: CheckedFinding): object {
  if (lowered !== 'exempt') return {};
  return { suppressions: [{ kind: 'inSource', justification: exemption ?? '' }] };
}

function notification({ file, line, column, message }: InputError): object {
  const region = line === undefined ? undefined : { line, column: column ?? 1 };
  return { level: 'error', message: { text: message }, locations: [placed(file, region)] };
}

function placed(file: string, at: { readonly line: number; readonly column: number } | undefined): object {
  const region = at === undefined ? {} : { region: { startLine: at.line, startColumn: at.column } };
  return { physicalLocation: { artifactLocation: artifact(file), ...region } };
}

function artifact(file: string): object {
  if (file === STDIN_NAME) return { uri: 'stdin' };
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
