/** What `npm run test:versions` was asked for. */
export interface VersionsRun {
  readonly versions: readonly string[];
  /** For vitest. */
  readonly args: readonly string[];
}

/** Splits `--kubernetes 1.34` (any number of times, `=` too) from what is vitest's; without it, the given versions. */
export function versionsAndArguments(argv: readonly string[], versions: readonly string[]): VersionsRun {
  const named: string[] = [];
  const args: string[] = [];
  let isVersion = false;
  for (const argument of argv) {
    if (isVersion) named.push(argument);
    else if (argument.startsWith('--kubernetes=')) named.push(argument.slice('--kubernetes='.length));
    else if (argument !== '--kubernetes') args.push(argument);
    isVersion = argument === '--kubernetes' && !isVersion;
  }
  return { versions: named.length > 0 ? named : versions, args };
}

/** A file of results for each version, so that none replaces another's: `all.json` becomes `all-1.34.json`. */
export function perVersion(args: readonly string[], version: string): string[] {
  return args.map((argument) =>
    argument.replace(
      /^(--outputFile(?:\.\w+)?=.*?)(\.\w+)?$/,
      (_, name: string, ending = '') => `${name}-${version}${ending}`,
    ),
  );
}
