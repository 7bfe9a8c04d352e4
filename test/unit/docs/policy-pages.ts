import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXEMPTION_PREFIX } from '../../../shared/policy/core/exemption.ts';
import { findingText } from '../../../shared/policy/core/finding.ts';
import { type Example, PROFILES, type Rule } from '../../../shared/policy/core/rule.ts';
import { weaker } from '../../../shared/policy/core/severity.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { ROOT } from '../architecture/source-files.ts';
import { problemsIn } from '../policy/rules/example-scene.ts';

/**
 * The page of each rule in docs/policies, and the table of all rules in docs/policies.md, made from the rules themselves:
 * `node_modules/.bin/node test/unit/docs/policy-pages.ts` writes them, and a test holds them.
 */
export const FOLDER = 'docs/policies';
export const DOCUMENT = 'docs/policies.md';
export const BEGIN = '<!-- rules -->';
export const END = '<!-- /rules -->';

/** Every page that there should be, by its path. */
export function renderPages(): ReadonlyMap<string, string> {
  return new Map(ALL_RULES.map((rule) => [`${FOLDER}/${rule.id}.md`, renderPage(rule)]));
}

/** The table of all rules, in the order in which findings are told. */
export function renderTable(): string {
  const rows = ALL_RULES.map((rule) => [
    `[${rule.id}](policies/${rule.id}.md)`,
    rule.title,
    rule.kinds.join(', '),
    ...PROFILES.map((profile) => rule.severity[profile]),
    thresholds(rule),
  ]);
  return table(['Rule', 'Finds', 'In', ...PROFILES, 'Thresholds'], rows);
}

function thresholds({ parameters = {} }: Rule): string {
  const all = Object.entries(parameters).map(([name, value]) => `\`${name}: ${value}\``);
  return all.length === 0 ? '–' : all.join(', ');
}

function renderPage(rule: Rule): string {
  const { id, title, checks, why, instead, sources, parameters = {} } = rule;
  const names = Object.entries(parameters);
  return [
    `<!-- made by test/unit/docs/policy-pages.ts from shared/policy/rules/${id}.ts -->`,
    `# ${id}`,
    `${title}. Asked of: ${rule.kinds.join(', ')}.`,
    table(['Profile', ...PROFILES], [['Severity', ...PROFILES.map((profile) => rule.severity[profile])]]),
    '## What it checks',
    checks,
    ...(names.length === 0
      ? []
      : [
          table(
            ['Threshold', 'Default'],
            names.map(([name, value]) => [`\`${name}\``, String(value)]),
          ),
        ]),
    '## Why',
    why,
    '## What to write instead',
    instead,
    '## Passes',
    ...rule.passes.flatMap((example) => showExample(rule, example)),
    '## Fails',
    ...rule.fails.flatMap((example) => showExample(rule, example)),
    '## Settings and exemptions',
    settings(rule),
    '## Sources',
    sources.map((source) => `- [${source.title}](${source.url})`).join('\n'),
    'All rules: [policies](../policies.md).',
  ]
    .join('\n\n')
    .concat('\n');
}

function showExample(rule: Rule, example: Example): string[] {
  const found = problemsIn(rule, example).map((problem) => {
    const severity = weaker(rule.severity.baseline, problem.atMost ?? rule.severity.baseline);
    return `\`${severity}\` in baseline: ${escaped(findingText({ ...problem, rule: rule.id, severity: 'audit' }))}`;
  });
  const around = circumstances(example);
  return [
    `### ${example.title}`,
    ...(around.length === 0 ? [] : [`${around.join('. ')}.`]),
    `\`\`\`yaml\n${example.yaml.trimEnd()}\n\`\`\``,
    ...found,
  ];
}

function circumstances({ impaired = [], offeredOnlyIn = {} }: Example): string[] {
  const limited = Object.entries(offeredOnlyIn).map(
    ([type, zones]) => `\`${type}\` is offered in ${zones.join(', ')} only`,
  );
  const away = impaired.length === 0 ? [] : [`Impaired: ${impaired.join(', ')}`];
  return [...away, ...limited];
}

/** What Markdown would take for markup. */
function escaped(text: string): string {
  return text.replace(/[*_[\]<>|]/g, '\\$&');
}

function settings({ id, parameters = {} }: Rule): string {
  const [first] = Object.entries(parameters);
  const long =
    first === undefined
      ? ''
      : `\n  # or, with another threshold:\n  # ${id}: { severity: warn, ${first[0]}: ${first[1]} }`;
  return [
    'In the policy, for all objects or, below `overrides`, for some:',
    `\`\`\`yaml\nrules:\n  ${id}: warn${long}\n\`\`\``,
    'One object is exempted by an annotation with the reason, and an end if there is one:',
    `\`\`\`yaml\nmetadata:\n  annotations:\n    ${EXEMPTION_PREFIX}${id}: "why it has to be so (until 2031-12-31)"\n\`\`\``,
  ].join('\n\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function writeAll(): void {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const pages = renderPages();
  for (const name of readdirSync(join(ROOT, FOLDER))) {
    if (!pages.has(`${FOLDER}/${name}`)) rmSync(join(ROOT, FOLDER, name));
  }
  for (const [path, text] of pages) writeFileSync(join(ROOT, path), text);
  const file = join(ROOT, DOCUMENT);
  const [before = '', rest = ''] = readFileSync(file, 'utf8').split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(file, `${before}${BEGIN}\n${renderTable()}\n${END}${after}`);
}

if (import.meta.main) writeAll();
