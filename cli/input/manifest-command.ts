import type { Command } from 'commander';
import { CheckError } from './check-error.ts';
import type { CommandContext, CommandEnds } from './command-context.ts';

/** Lets a command read manifests. What keeps it from being done is told, and its exit status is then 2. */
export function readsManifests(
  command: Command,
  { output, input, done }: CommandEnds,
  run: (paths: readonly string[], given: unknown, context: CommandContext) => Promise<number>,
): void {
  command
    .argument(
      '[paths...]',
      'YAML and JSON files, folders, or - for standard input; without any, what is piped in',
    )
    .action(async (paths: string[], given: unknown) => {
      try {
        done(await run(paths, given, { output, input, nowMs: Date.now() }));
      } catch (error) {
        if (!(error instanceof CheckError)) throw error;
        output.fail(error.message);
        done(2);
      }
    });
}
