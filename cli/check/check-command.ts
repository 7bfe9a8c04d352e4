import type { Command } from 'commander';
import type { CommandEnds } from '../input/command-context.ts';
import { readsManifests } from '../input/manifest-command.ts';
import { checkOptions, checkSchema } from './check-options.ts';
import { runCheck } from './run-check.ts';

/** Adds `check`. Its exit status: 0 clean or warnings, 1 violations, 2 usage or input that cannot be read. */
export function addCheckCommand(program: Command, ends: CommandEnds): void {
  const command = checkOptions(program.command('check')).description(
    'judge NodePools, NodeClaims and NodeClasses in files, as admission would',
  );
  readsManifests(command, ends, (paths, given, context) =>
    runCheck(paths, checkSchema.parse(given), context),
  );
}
