import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('the builder gets everything that the Dockerfile copies from the repository, and nothing else', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, what = '']) =>
    what.split(' ').slice(0, -1),
  );
  const given = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path);
  expect(copied.length).toBeGreaterThan(5);
  expect(copied.map((path) => path.replace(/^\.\//, '')).sort()).toEqual(given.sort());
});
