import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './audit/audit-command.ts';
import { addCatalogCommands } from './catalog/catalog-command.ts';
import { addCheckCommand } from './check/check-command.ts';
import { addDiffCommand } from './diff/diff-command.ts';
import { processInput, type StandardInput } from './input/standard-input.ts';
import type { Output } from './output/output.ts';
import { VERSION } from './output/version.ts';
import { addRestoreCommand } from './restore/restore-command.ts';
import { addShiftCommands } from './shift/shift-command.ts';

const COMMANDS = [
  addShiftCommands,
  addRestoreCommand,
  addCheckCommand,
  addDiffCommand,
  addAuditCommand,
  addCatalogCommands,
];

/**
 * Reads a command line and does what it says. Resolves with the exit status: 0 done, 1 refused or failed, 2 bad usage.
 * `check` and `diff` end with 1 for what they found, and with 2 where they could not look. Never rejects for what a
 * person can do wrong.
 */
export async function runCommandLine(
  argv: readonly string[],
  output: Output,
  input: StandardInput = processInput(),
): Promise<number> {
  let status = 0;
  const program = new Command('zonewarden')
    .description('What an operator tells Zonewarden, and asks of it')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help tells what can be said)')
    .configureOutput({
      writeOut: (text) => output.write('out', text),
      writeErr: (text) => output.write('error', text),
    });
  const done = (ended: number) => {
    status = ended;
  };
  for (const add of COMMANDS) add(program, { output, input, done });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}
