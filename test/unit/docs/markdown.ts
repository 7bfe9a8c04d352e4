import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../architecture/source-files.ts';

/** The text of a document, by its path from the repository's root. */
export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** What stands below a heading, up to the next one of the same or a higher level. @throws where there is no such heading */
export function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`there is no heading '${heading}'`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The rows of all tables of a text, without their headers; cells trimmed, `\|` read as `|`. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n');
  return lines
    .filter((line, index) => {
      const isRow = line.startsWith('|') && !isRule(line);
      return isRow && !isRule(lines[index + 1] ?? '');
    })
    .map((line) =>
      line
        .trim()
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

function isRule(line: string): boolean {
  return /^\|[\s|:-]+\|\s*$/.test(line);
}

/** The code of all blocks of one language, in order. */
export function codeBlocks(text: string, language: string): string[] {
  const blocks = text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, found, code]) => (found === language && code !== undefined ? [code] : []));
}

/** What stands between backticks: `a` and `b` of "`a`, `b`". */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => (code === undefined ? [] : [code]));
}
