import type { Command } from 'commander';
import type { CommandEnds } from '../input/command-context.ts';
import { readsManifests } from '../input/manifest-command.ts';
import { diffOptions, diffSchema } from './diff-options.ts';
import { runDiff } from './run-diff.ts';

/** Adds `diff`. Its exit status: 0 no difference, 1 a difference, 2 it could not be told. */
export function addDiffCommand(program: Command, ends: CommandEnds): void {
  const command = diffOptions(program.command('diff')).description(
    'show what admission would store for NodePools and NodeClaims in files',
  );
  readsManifests(command, ends, (paths, given, context) => runDiff(paths, diffSchema.parse(given), context));
}
