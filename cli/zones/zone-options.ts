import { type Command, Option } from 'commander';
import { z } from 'zod';

/** What `zoneOptions` adds to a command, as it is read. */
export const zoneValues = {
  impaired: z.array(z.string()).default([]),
  zoneMap: z.array(z.string()).default([]),
};

/** Options that say which zones are impaired and what they are called: of `check` and `diff`. */
export function zoneOptions(command: Command): Command {
  return command
    .addOption(
      several(
        '--impaired <zone>',
        'a zone to take for impaired, by ID or name; more with commas, or the option again',
      ),
    )
    .addOption(
      several(
        '--zone-map <id=name>',
        'what a zone is called here, as usw2-az1=us-west-2a; give every zone that the cluster uses',
      ),
    );
}

/** An option that may be given again. One value each time: a list of values would take the files behind it too. */
export function several(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text, before?: string[]) => [...(before ?? []), text]);
}
