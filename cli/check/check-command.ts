import type { Command } from 'commander';
import type { StandardInput } from '../input/standard-input.ts';
import type { Output } from '../output/output.ts';
import { checkOptions, checkSchema } from './check-options.ts';
import { runCheck } from './run-check.ts';

/** Adds `check`; `done` is told its exit status: 0 clean or warnings, 1 violations, 2 usage or input that cannot be read. */
export function addCheckCommand(
  program: Command,
  output: Output,
  input: StandardInput,
  done: (status: number) => void,
): void {
  checkOptions(program.command('check'))
    .description('judge NodePools, NodeClaims and NodeClasses in files, as admission would')
    .argument(
      '[paths...]',
      'YAML and JSON files, folders, or - for standard input; without any, what is piped in',
    )
    .action(async (paths: string[], given: unknown) => {
      done(await runCheck(paths, checkSchema.parse(given), { output, input, nowMs: Date.now() }));
    });
}
