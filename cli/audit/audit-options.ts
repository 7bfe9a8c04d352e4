import { type Command, Option } from 'commander';
import { z } from 'zod';
import { DECISION_ACTIONS } from '../../shared/audit/decision-record.ts';
import { parseDuration } from '../../shared/settings/duration.ts';

export const AUDIT_FORMS = ['table', 'json'] as const;

/** What the command line says; each list is of values of which one has to fit. */
export type AuditOptions = Readonly<z.output<ReturnType<typeof auditSchema>>>;

const list = z.array(z.string()).default([]);
const RFC_3339 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Options as commander gives them; times relative to `nowMs`, in milliseconds since the epoch. */
export function auditSchema(nowMs: number) {
  const time = z
    .string()
    .transform((text, context) => {
      const ago = parseDuration(text);
      const ms = ago === undefined ? momentOf(text) : nowMs - ago;
      if (ms !== undefined) return ms;
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(text)} is no time: expected one such as 2026-11-21T06:00:00Z, a day such as 2026-11-21, or how long ago, such as 1h30m`,
      });
      return z.NEVER;
    })
    .optional();
  return z.object({
    output: z.enum(AUDIT_FORMS),
    nodepool: list,
    user: list,
    rule: list,
    zone: list,
    action: z.array(z.enum(DECISION_ACTIONS)).default([]),
    denied: z.boolean(),
    since: time,
    until: time,
  });
}

function momentOf(text: string): number | undefined {
  const ms = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Adds the options of `audit`. */
export function auditOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <form>', 'a table, or the lines themselves')
        .choices(AUDIT_FORMS)
        .default('table'),
    )
    .addOption(several('--nodepool <name>', 'of this NodePool and of its NodeClaims; * for any characters'))
    .addOption(several('--user <name>', 'written by this user; * for any characters'))
    .addOption(several('--rule <id>', 'decided by this rule, or with it among the findings'))
    .addOption(several('--zone <zone>', 'about this zone, by ID or name'))
    .addOption(several('--action <action>', 'decisions that did this', DECISION_ACTIONS))
    .option('--denied', 'writes that were refused', false)
    .option('--since <time>', 'not before: RFC 3339, a day, or how long ago (1h30m)')
    .option('--until <time>', 'before: RFC 3339, a day, or how long ago');
}

/** An option that may be given again: any of its values fits. */
function several(flags: string, description: string, choices?: readonly string[]): Option {
  const option = new Option(flags, `${description}; again for more`);
  if (choices !== undefined) option.choices(choices);
  const read = option.parseArg;
  return option.argParser((text, before?: string[]) => {
    if (choices !== undefined) read?.(text, undefined);
    return [...(before ?? []), text];
  });
}
