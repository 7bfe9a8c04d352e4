import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** One source file, by its path from the repository's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** All TypeScript files of the given folders, sorted by path. */
export function sourceFiles(folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }))
    .filter((path) => !path.includes('node_modules/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/**
 * Everything that a file imports, as it is written there: `import`, `export … from`, `import type` and `import()`.
 * Biome's formatting is taken for granted: single quotes, and a statement begins its line.
 */
export function importsOf(text: string): string[] {
  const statements = /^(?:import|export)\s(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;
  const calls = /\bimport\(\s*'([^']+)'/g;
  return [...text.matchAll(statements), ...text.matchAll(calls)].flatMap(([, specifier]) =>
    specifier === undefined ? [] : [specifier],
  );
}

/** The path from the root that a relative import leads to; `undefined` for a package or `node:`. */
export function targetOf(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? join(path, '..', specifier) : undefined;
}

/** The package of an import: `zod` of `zod/v4`, `@aws-sdk/client-sqs` of itself; `undefined` for files and `node:`. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
