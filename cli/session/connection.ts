import type { Command } from 'commander';
import { z } from 'zod';
import { optionOf } from '../../shared/process/command-line.ts';
import { COMMON_OPTIONS } from '../../shared/process/option-values.ts';

/** What `connected` adds to a command, as it is read. */
export const connection = {
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().min(1),
};

/** Where the API server and the record are, as both processes are told it. */
export function connected(command: Command): Command {
  for (const [name, flags] of [
    ['--kubeconfig <file>', '--kubeconfig <file>'],
    ['--namespace <namespace>', '-n, --namespace <namespace>'],
  ] as const) {
    const spec = COMMON_OPTIONS.find((each) => each.flags === name);
    if (spec !== undefined) command.addOption(optionOf(spec, flags));
  }
  return command.option('--context <name>', 'context of the kubeconfig; without it the current one');
}
