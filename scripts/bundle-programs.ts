import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');
const PROGRAMS = ['webhook', 'watcher', 'cli'] as const;

/** Says of itself nothing about side effects, and has none: its index imports every API that Kubernetes has. */
const WITHOUT_SIDE_EFFECTS = /\/node_modules\/@kubernetes\/client-node\//;

/**
 * Puts each program and all that it imports into a few files of a folder, as the image runs them: `webhook/main.js`,
 * `watcher/main.js`, `cli/main.js`. The folder is made anew.
 *
 * Not for beauty: of what @kubernetes/client-node and the AWS SDK bring, a program loads some thousand files and uses
 * few. Bundled, what is never called is left out: a process is up in a fraction of the time and takes half the memory
 * (docs/supply-chain.md has the commands that measure it). Nothing is minified: stack traces keep their names.
 *
 * @param programs which of them; the image has them all
 * @returns each file that was written, by its path in the folder, with its size in bytes
 * @throws Error where an import cannot be resolved: that would fail only where it is needed, in production
 */
export async function bundlePrograms(
  folder: string,
  programs: readonly (typeof PROGRAMS)[number][] = PROGRAMS,
): Promise<ReadonlyMap<string, number>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(programs.map((program) => [`${program}/main`, `${program}/main.ts`])),
    platform: 'node',
    tsconfig: false,
    treeshake: {
      moduleSideEffects: [
        { test: WITHOUT_SIDE_EFFECTS, sideEffects: false },
        { external: true, sideEffects: true },
      ],
    },
    onLog(level, log, report) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      report(level, log);
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
  // Wherever the folder is: its files are modules.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  const chunks = output.filter((one) => one.type === 'chunk');
  return new Map(chunks.map(({ fileName, code }) => [fileName, Buffer.byteLength(code)]));
}
