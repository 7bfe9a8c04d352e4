import { once } from 'node:events';
import type { Command } from 'commander';
import type { CommandEnds } from '../input/command-context.ts';
import { auditOptions, auditSchema } from './audit-options.ts';
import { runAudit } from './run-audit.ts';

/** Adds `audit`. Its exit status: 0 read, also where nothing fits; 2 usage, or a file that cannot be read. */
export function addAuditCommand(program: Command, { output, done }: CommandEnds): void {
  const command = auditOptions(program.command('audit'));
  command
    .description('show who wrote what and when, and what was decided: out of the logs of webhook and watcher')
    .argument('[files...]', 'files of the log, or - for standard input; without any, what is piped in')
    .action(async (paths: string[], given: unknown) => {
      const options = auditSchema(Date.now()).safeParse(given);
      if (!options.success) {
        const [issue] = options.error.issues;
        command.error(`error: --${String(issue?.path[0])}: ${issue?.message ?? 'not valid'}`, {
          exitCode: 2,
        });
        return;
      }
      done(await runAudit(paths, options.data, { output, stdin: () => process.stdin, written }));
    });
}

/** Pipes and files are written at once; what else standard output may be has a buffer. */
async function written(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}
