import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';
import { codeSpans, readDocument } from './markdown.ts';

const documents = [...globSync('docs/**/*.md', { cwd: ROOT }), 'README.md', 'CONTRIBUTING.md'].sort();

/** Heading to anchor, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
}

/** Links in Markdown that lead to no file, or to a heading that is not there. */
function deadLinks(path: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, found))) return true;
      return (
        anchor !== undefined && found.endsWith('.md') && !anchorsOf(readDocument(found)).includes(anchor)
      );
    });
}

/** Paths of this repository that a text names in backticks and that are not there. */
function deadPaths(text: string): string[] {
  return codeSpans(text).filter(
    (span) =>
      /^(?:shared|webhook|watcher|test|demo|scripts|config|docs)\/[\w./-]+$/.test(span) &&
      !existsSync(join(ROOT, span)),
  );
}

describe.each(documents)('%s', (path) => {
  it('has no link and no path that leads nowhere', () => {
    const text = readDocument(path);
    expect([...deadLinks(path, text), ...deadPaths(text)]).toEqual([]);
  });

  it('names npm scripts that there are', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readDocument('package.json')));
    const named = [...readDocument(path).matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

describe('the checker of links', () => {
  it('finds a file, a heading and a path that are not there', () => {
    const text = '[a](nowhere.md) [b](#no-such-heading) [c](https://example.test) `shared/nowhere.ts`';
    expect(deadLinks('README.md', text)).toEqual(['nowhere.md', '#no-such-heading']);
    expect(deadPaths(text)).toEqual(['shared/nowhere.ts']);
  });
});
