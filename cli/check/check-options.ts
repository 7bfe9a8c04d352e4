import { type Command, Option } from 'commander';
import { z } from 'zod';
import { PROFILES } from '../../shared/policy/core/rule.ts';
import { zoneOptions, zoneValues } from '../zones/zone-options.ts';

/** Forms of the report. */
export const CHECK_FORMS = ['table', 'json', 'yaml', 'sarif', 'junit', 'github'] as const;
export type CheckForm = (typeof CHECK_FORMS)[number];

/** Severities that may fail a check. */
const FAILING = ['deny', 'warn', 'audit'] as const;

export const checkSchema = z.object({
  ...zoneValues,
  output: z.enum(CHECK_FORMS),
  catalog: z.string().optional(),
  profile: z.enum(PROFILES).optional(),
  policy: z.string().optional(),
  failOn: z.enum(FAILING),
  requireResources: z.boolean(),
  all: z.boolean(),
});
export type CheckOptions = z.output<typeof checkSchema>;

/** Adds the options of `check`. */
export function checkOptions(command: Command): Command {
  return zoneOptions(
    command.addOption(
      new Option('-o, --output <form>', 'form of the report').choices(CHECK_FORMS).default('table'),
    ),
  )
    .option(
      '--catalog <file>',
      'instance types to count in, as `zonewarden catalog import` writes them; without it the bundled ones',
    )
    .addOption(
      new Option(
        '--profile <name>',
        "severities of the rules; without it the policy's, else baseline",
      ).choices(PROFILES),
    )
    .option('--policy <file>', 'policy document, or a manifest of the ConfigMap zonewarden-policy')
    .addOption(
      new Option('--fail-on <severity>', 'the mildest severity that makes the exit status 1')
        .choices(FAILING)
        .default('deny'),
    )
    .option('--all', 'in the table, show findings of severity audit too', false)
    .option('--require-resources', 'exit with 2 where nothing is there to be judged', false);
}
