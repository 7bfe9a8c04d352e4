import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { parseDuration } from '../../shared/settings/duration.ts';
import type { CommandEnds } from '../input/command-context.ts';
import { connected, connection } from '../session/connection.ts';
import { runInSession } from '../session/session.ts';
import { restore } from './restore.ts';

/** Thousands of Nodes take longer than one shift. */
const RESTORE_MS = 600_000;

const restoreSchema = z.object({ ...connection, dryRun: z.boolean(), driftTimeout: z.number() });

/** Adds `restore`. */
export function addRestoreCommand(program: Command, { output, done }: CommandEnds): void {
  connected(program.command('restore'))
    .description(
      'give back what was declared on every NodePool and uncordon our Nodes, without webhook or watcher',
    )
    .option('--dry-run', 'store nothing, and show what would be written', false)
    .addOption(
      new Option(
        '--drift-timeout <duration>',
        'how long to wait, at most, for Karpenter to hold no NodeClaim for drifted, before the freeze goes',
      )
        .default(30_000, '30s')
        .argParser(readDuration),
    )
    .action(async (given: unknown) => {
      const options = restoreSchema.parse(given);
      done(await runInSession(options, output, (session) => restore(session, options), RESTORE_MS));
    });
}

function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write a duration, such as 30s, 2m or 0.');
  return ms;
}
