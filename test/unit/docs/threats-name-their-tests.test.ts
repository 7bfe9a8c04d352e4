import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../tiers/tiers.ts';
import { ROOT } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from './markdown.ts';

const TEXT = readDocument('docs/threat-model.md');
const sections = TEXT.split(/^## /m).slice(1);
/** Those with a table of what holds. */
const threats = sections.filter((section) => section.includes('| What holds | Test |'));

/** Of each row of such a table: what is claimed, and the files that it links. */
function claimsOf(section: string): { readonly claim: string; readonly tests: readonly string[] }[] {
  const [, table = ''] = section.split('| What holds | Test |\n|---|---|\n');
  const rows = table.split('\n\n')[0]?.split('\n') ?? [];
  return rows
    .filter((row) => row.startsWith('|'))
    .map((row) => {
      const [, claim = '', links = ''] = row.split(' | ').length === 2 ? ['', ...row.split(' | ')] : [];
      return { claim, tests: [...links.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, path = '']) => path) };
    });
}

it('there are threats, and each says what does not hold', () => {
  expect(threats.length).toBeGreaterThanOrEqual(8);
  for (const threat of threats) expect(threat).toContain('**What does not hold:**');
});

describe.each(threats.map((threat) => [threat.split('\n')[0] ?? '', claimsOf(threat)] as const))(
  '%s',
  (_, claims) => {
    it('has a test for each claim, which some tier runs', () => {
      expect(claims.length).toBeGreaterThan(0);
      for (const { claim, tests } of claims) {
        expect(tests, claim).not.toEqual([]);
        for (const path of tests) {
          expect(existsSync(join(ROOT, path)), path).toBe(true);
          expect(
            TIERS.some(({ include }) => include.some((glob) => matchesGlob(path, glob))),
            path,
          ).toBe(true);
        }
      }
    });
  },
);

/** Each link to a test in a cell, with the names of tests that follow it. */
function namedTests(cell: string): { readonly path: string; readonly names: readonly string[] }[] {
  return cell
    .split(/(?=\[[^\]]+\]\(\.\.\/test\/)/)
    .map((part) => ({ path: /\]\(\.\.\/(test\/[^)]+)\)/.exec(part)?.[1] ?? '', names: codeSpans(part) }))
    .filter(({ path }) => path !== '');
}

describe('each finding', () => {
  const rows = tableRows(section(TEXT, '## Findings'));

  it('is there, with a test or with what is left of it', () => {
    const numbers = new Set(rows.flatMap(([finding = '']) => /^(\d+)\./.exec(finding)?.[1] ?? []));
    expect([...numbers]).toEqual(Array.from({ length: 16 }, (_, place) => `${place + 1}`));
    for (const [finding, tests = ''] of rows) expect(tests, finding).toMatch(/\]\((\.\.\/test\/|[a-z]+\.md)/);
  });

  it('names tests that are in their files', () => {
    const named = rows.flatMap(([, tests = '']) => namedTests(tests));
    expect(named.filter(({ names }) => names.length > 0).length).toBeGreaterThanOrEqual(20);
    for (const { path, names } of named)
      for (const name of names) expect(readFileSync(join(ROOT, path), 'utf8'), path).toContain(name);
  });
});
