import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { parseDuration } from '../../shared/settings/duration.ts';
import type { CommandEnds } from '../input/command-context.ts';
import { connected, connection } from '../session/connection.ts';
import { runInSession, type Session, type SessionOptions } from '../session/session.ts';
import { cancel, extend, start } from './change-shift.ts';
import { LIST_FORMS, list } from './list-shifts.ts';
import { readReason } from './reason.ts';

const startSchema = z.object({ ...connection, for: z.number(), reason: z.string(), force: z.boolean() });
const extendSchema = z.object({ ...connection, for: z.number(), reason: z.string().optional() });
const cancelSchema = z.object({ ...connection, reason: z.string().optional() });
const listSchema = z.object({ ...connection, output: z.enum(LIST_FORMS) });

const ZONE = 'zone ID (use1-az1) or zone name (us-east-1a)';

/** Adds `shift start`, `extend`, `cancel` and `list`. */
export function addShiftCommands(program: Command, { output, done }: CommandEnds): void {
  const shift = program
    .command('shift')
    .description('shift a zone away by hand, and see what is shifted away');
  const run = async <T extends SessionOptions>(
    options: T,
    work: (session: Session, options: T) => Promise<void>,
  ): Promise<void> => {
    done(await runInSession(options, output, (session) => work(session, options)));
  };

  connected(shift.command('start'))
    .description('keep Karpenter out of a zone for some time')
    .argument('<zone>', ZONE)
    .addOption(duration('for how long, such as 2h, 45m or 1h30m').makeOptionMandatory())
    .addOption(reason('why, for those who come later').makeOptionMandatory())
    .option('--force', 'pass the guard, and take a zone ID that nothing knows', false)
    .action((zone: string, options: unknown) => run(startSchema.parse(options), start(zone)));

  connected(shift.command('extend'))
    .description('give a shift that runs a later end')
    .argument('<zone>', ZONE)
    .addOption(duration('until when, counted from now, such as 4h').makeOptionMandatory())
    .addOption(reason('why; without it the first reason stands'))
    .action((zone: string, options: unknown) => run(extendSchema.parse(options), extend(zone)));

  connected(shift.command('cancel'))
    .description('end a shift; what AWS says of the zone stands')
    .argument('<zone>', ZONE)
    .addOption(reason('why, kept beside the record'))
    .action((zone: string, options: unknown) => run(cancelSchema.parse(options), cancel(zone)));

  connected(shift.command('list'))
    .description('all zones of the record, with everything that is said of them')
    .addOption(new Option('-o, --output <form>', 'how').choices(LIST_FORMS).default('table'))
    .action((options: unknown) => run(listSchema.parse(options), list));
}

function duration(description: string): Option {
  return new Option('--for <duration>', description).argParser((text) => {
    const ms = parseDuration(text);
    if (ms === undefined || ms === 0)
      throw new InvalidArgumentError('Give hours, minutes or seconds: 2h, 45m, 1h30m.');
    return ms;
  });
}

function reason(description: string): Option {
  return new Option('--reason <text>', description).argParser((text) => {
    const read = readReason(text);
    if (typeof read === 'string') return read;
    throw new InvalidArgumentError(read.wrong);
  });
}
