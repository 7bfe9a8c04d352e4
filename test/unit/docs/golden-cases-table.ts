import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { showRequirement } from '../../../shared/audit/bounded-line.ts';
import { EXEMPT_ANNOTATION } from '../../../shared/enforcement/nodepool.ts';
import { labelRequirements, zoneRequirements } from '../../../shared/enforcement/zone-constraints.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { Requirement } from '../../../shared/requirements/requirement.ts';
import { budgetsOf, nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { ROOT } from '../architecture/source-files.ts';

/**
 * The table of docs/enforcement.md, made from the golden cases of enforcement. `node test/unit/docs/golden-cases-table.ts`
 * writes it there; a test holds the two together.
 */
const FOLDER = join(ROOT, 'test/unit/enforcement/cases');
export const DOCUMENT = 'docs/enforcement.md';
export const BEGIN = '<!-- made by test/unit/docs/golden-cases-table.ts from test/unit/enforcement/cases -->';
export const END = '<!-- end of the table -->';

const requirement = z.object({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).optional(),
  minValues: z.number().optional(),
});
const caseSchema = z.object({
  why: z.string(),
  impaired: z.record(z.string(), z.string().nullable()),
  in: z.unknown(),
  out: z.object({ requirements: z.array(requirement), budgets: z.array(z.unknown()) }).optional(),
});

/** The table in Markdown, one row a case, ordered by the name of the case. */
export function renderTable(): string {
  const rows = readdirSync(FOLDER)
    .sort()
    .map((file) => rowOf(file, caseSchema.parse(parse(readFileSync(join(FOLDER, file), 'utf8')))));
  const header = ['Away', 'Declared', 'Stored', 'Freeze', 'Why', 'Case'];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowOf(file: string, { why, impaired, in: declared, out }: z.infer<typeof caseSchema>): string[] {
  const pool = nodePoolSchema.parse(declared);
  const labels = pool.spec.template.metadata?.labels ?? {};
  const exempt = pool.metadata.annotations?.[EXEMPT_ANNOTATION] === 'off';
  const requirements = requirementsOf(pool);
  const full = requirements.length >= 100 ? [`${requirements.length} requirements`] : [];
  const words = [
    ...show(zoneRequirements(requirements)),
    ...labelRequirements(labels, 'name').map(
      ({ key, values }) => `template label \`${key}: ${values?.join()}\``,
    ),
    ...(exempt ? [`annotation \`${EXEMPT_ANNOTATION}: "off"\``] : []),
    ...full,
  ];
  return [
    Object.entries(impaired)
      .map(([id, name]) => (name === null ? `${id}, name unknown` : `${name} (${id})`))
      .join(', '),
    words.length === 0 ? 'no zone requirement' : words.join('; '),
    out === undefined ? 'unchanged' : show(zoneRequirements(out.requirements)).join('; '),
    freezeOf(budgetsOf(pool) ?? [], out?.budgets),
    sentence(why),
    `[${file.replace('.yaml', '').replaceAll('-', ' ')}](../test/unit/enforcement/cases/${file})`,
  ];
}

/** With a capital, unless it begins with the name of an annotation. */
function sentence(why: string): string {
  return /^\S+\//.test(why) ? why : why.charAt(0).toUpperCase() + why.slice(1);
}

function show(requirements: readonly Requirement[]): string[] {
  return requirements.map((entry) => `\`${showRequirement(entry)}\``);
}

function freezeOf(declared: readonly unknown[], stored: readonly unknown[] | undefined): string {
  if (stored === undefined) return 'none';
  if (sameJson(declared, stored)) return "the owner's own";
  return stored.length > declared.length ? 'appended' : 'in place of the last budget';
}

function writeTable(): void {
  const file = join(ROOT, DOCUMENT);
  const [before = '', rest = ''] = readFileSync(file, 'utf8').split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(file, `${before}${BEGIN}\n${renderTable()}\n${END}${after}`);
}

if (import.meta.main) writeTable();
