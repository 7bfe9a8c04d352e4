import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Row, type Stored, type Table, tableSchema } from '../../cluster/writers/row.ts';
import { ROOT } from '../architecture/source-files.ts';

/**
 * The tables of docs/writers.md, made from what the cluster tests observed. `node test/unit/docs/writers-table.ts`
 * writes them there; a test holds the two together.
 */
const OBSERVED = 'test/cluster/writers/expected.yaml';
export const DOCUMENT = 'docs/writers.md';
export const BEGIN = `<!-- made by test/unit/docs/writers-table.ts from ${OBSERVED} -->`;
export const END = '<!-- end of the tables -->';

const HEADER = [
  'While us-east-1a is away',
  'Stored',
  'Write; again',
  'Dry run; diff',
  'Owner of requirements; of budgets',
  'In the end',
  'What to do',
];

/** What was observed, by writer and by the name of the NodePool. */
export function readObserved(): Table {
  return tableSchema.parse(parse(readFileSync(join(ROOT, OBSERVED), 'utf8')));
}

/** One heading and one table in Markdown for each writer. */
export function renderTables(table: Table = readObserved()): string {
  return Object.entries(table)
    .map(([writer, rows]) => {
      const lines = [HEADER, HEADER.map(() => '---'), ...Object.values(rows).map(cellsOf)];
      return `### ${writer}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
    })
    .join('\n\n');
}

function cellsOf({ does, meanwhile, owners, after, next, whatToDo = '' }: Row): string[] {
  return [
    does,
    show(meanwhile),
    both(meanwhile.write, meanwhile.again),
    both(meanwhile.dryRun, meanwhile.diff),
    both(owners.requirements, owners.budgets),
    [
      inTheEnd(after),
      ...(next === undefined ? [] : [`its next turn (${next.write}): ${inTheEnd(next)}`]),
    ].join('; '),
    whatToDo,
  ];
}

function show({ zones, budgets }: Stored): string {
  return `\`${zones}\`; budgets ${budgets}`;
}

/** Two findings; a dash for one that there is not. */
function both(one: string | undefined, other: string | undefined): string {
  return one === undefined && other === undefined ? '–' : `${one ?? '–'}; ${other ?? '–'}`;
}

function inTheEnd(end: Row['after']): string {
  return end.asMeant ? `as meant: ${show(end)}` : `**not as meant**: ${show(end)}`;
}

function writeTables(): void {
  const file = join(ROOT, DOCUMENT);
  const [before = '', rest = ''] = readFileSync(file, 'utf8').split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(file, `${before}${BEGIN}\n\n${renderTables()}\n\n${END}${after}`);
}

if (import.meta.main) writeTables();
