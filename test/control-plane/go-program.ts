import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, ensureCached } from './binary-cache.ts';
import { userCacheDir } from './pinned-versions.ts';

/** A small program of ours in Go, `main.go` in a module of its own, around somebody else's code. */
export interface GoProgram {
  /** Its folder in the user's cache, and its file there. */
  readonly name: string;
  readonly moduleDir: string;
  /** What it is built around, and in which version. */
  readonly around: string;
  readonly version: string;
  /** What is being built, for who waits for it. */
  readonly title: string;
  /** How the Go command names what it builds: the last part of the module's path. Default: `name`. */
  readonly output?: string;
}

/**
 * Path of the program. Built on the first call, some minutes on a fresh machine, and kept in the user's cache for as long
 * as version and sources are the same; throws `control-plane.go-missing` where there is no Go to build it.
 */
export async function builtGoProgram(
  { name, moduleDir, around, version, title, output = name }: GoProgram,
  options: BuildOptions = {},
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(moduleDir, file)));
  const key = `${version}_${process.platform}-${process.arch}_${hash.digest('hex').slice(0, 12)}`;
  const cacheDir = join(userCacheDir(), name, key);
  await ensureCached(
    {
      moduleDir,
      cacheDir,
      versions: `${around} ${version}`,
      title,
      linkerFlags: '-s -w',
      sources: { [name]: { package: '.', output } },
    },
    [name],
    options,
  );
  return join(cacheDir, name);
}
