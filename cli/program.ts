import { Command, CommanderError } from 'commander';
import type { Output } from './output.ts';
import { addRestoreCommand } from './restore/restore-command.ts';
import { addShiftCommands } from './shift/shift-command.ts';

/**
 * Reads a command line and does what it says. Resolves with the exit status: 0 done, 1 refused or failed, 2 bad usage.
 * Never rejects for what a person can do wrong.
 */
export async function runCommandLine(argv: readonly string[], output: Output): Promise<number> {
  let status = 0;
  const program = new Command('zonewarden')
    .description('What an operator tells Zonewarden, and asks of it')
    .exitOverride()
    .showHelpAfterError('(--help tells what can be said)')
    .configureOutput({
      writeOut: (text) => output.write('out', text),
      writeErr: (text) => output.write('error', text),
    });
  const done = (ended: number) => {
    status = ended;
  };
  addShiftCommands(program, output, done);
  addRestoreCommand(program, output, done);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}
