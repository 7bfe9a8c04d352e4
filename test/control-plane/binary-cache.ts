import { accessSync, constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BinarySet, type BuildBinaries, buildInto, buildWithGo } from './binary-build.ts';
import { withLockShown } from './build-lock-shown.ts';
import { type ProgressStream, startProgress } from './progress.ts';

export interface BuildOptions {
  readonly stream?: ProgressStream;
  /** Replaces `go build`; for the tests of the lock. */
  readonly build?: BuildBinaries;
}

/**
 * Sees to it that the named binaries of a set are in its cache folder. Any number of processes may ask at once: one
 * builds, the others say that they wait. Throws `control-plane.go-missing` or `.go-failed`.
 */
export async function ensureCached(
  set: BinarySet,
  names: readonly string[],
  options: BuildOptions = {},
): Promise<void> {
  const lacking = () => names.filter((name) => !isExecutable(join(set.cacheDir, name)));
  if (lacking().length === 0) return;
  const stream = options.stream ?? process.stderr;
  const work = async () => {
    const missing = lacking();
    if (missing.length === 0) return; // Built by whoever held the lock before.
    removeDrafts(set.cacheDir);
    const what = `${missing.join(', ')} (${set.versions})`;
    const progress = startProgress(`Building ${what}, once, some minutes:`, stream);
    try {
      await buildInto(set, missing, progress, options.build ?? buildWithGo);
      progress.end(`done, in ${set.cacheDir}`);
    } catch (error) {
      progress.end('failed');
      throw error;
    }
  };
  await withLockShown(`${set.cacheDir}.lock`, work, set.title, stream);
}

/** What a killed build left behind; only called with the lock held. */
function removeDrafts(cacheDir: string): void {
  if (!existsSync(cacheDir)) return;
  for (const name of readdirSync(cacheDir)) {
    if (name.startsWith('.building-')) rmSync(join(cacheDir, name), { recursive: true, force: true });
  }
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
