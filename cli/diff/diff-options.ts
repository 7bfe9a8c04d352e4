import { type Command, Option } from 'commander';
import { z } from 'zod';
import { FREEZE_MODES } from '../../shared/enforcement/freeze.ts';
import { DEFAULT_ENFORCEMENT } from '../../shared/enforcement/settings.ts';
import { connected, connection } from '../session/connection.ts';
import { zoneOptions, zoneValues } from '../zones/zone-options.ts';

/** Forms of the answer: what changes, or what is stored. */
export const DIFF_FORMS = ['diff', 'yaml', 'json'] as const;

export const diffSchema = z.object({
  ...connection,
  ...zoneValues,
  output: z.enum(DIFF_FORMS),
  cluster: z.boolean(),
  freeze: z.enum(FREEZE_MODES),
});
export type DiffOptions = z.output<typeof diffSchema>;

/** Adds the options of `diff`. */
export function diffOptions(command: Command): Command {
  return connected(
    zoneOptions(
      command.addOption(
        new Option('-o, --output <form>', 'what changes, or the objects as they are stored')
          .choices(DIFF_FORMS)
          .default('diff'),
      ),
    )
      .option(
        '--cluster',
        "take the zones that are impaired in the cluster now, of the watcher's record",
        false,
      )
      .addOption(
        new Option('--freeze <mode>', "what the webhook's option --freeze says")
          .choices(FREEZE_MODES)
          .default(DEFAULT_ENFORCEMENT.freeze),
      ),
  );
}
