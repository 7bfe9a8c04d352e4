import type { Command } from 'commander';
import type { StandardInput } from '../input/standard-input.ts';
import type { Output } from '../output/output.ts';
import { diffOptions, diffSchema } from './diff-options.ts';
import { runDiff } from './run-diff.ts';

/** Adds `diff`; `done` is told its exit status: 0 no difference, 1 a difference, 2 it could not be told. */
export function addDiffCommand(
  program: Command,
  output: Output,
  input: StandardInput,
  done: (status: number) => void,
): void {
  diffOptions(program.command('diff'))
    .description('show what admission would store for NodePools and NodeClaims in files')
    .argument(
      '[paths...]',
      'YAML and JSON files, folders, or - for standard input; without any, what is piped in',
    )
    .action(async (paths: string[], given: unknown) => {
      done(await runDiff(paths, diffSchema.parse(given), { output, input, nowMs: Date.now() }));
    });
}
