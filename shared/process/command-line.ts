import { Command, Option } from 'commander';
import type { z } from 'zod';

/** One option of a process: a flag, the environment variable that says the same, and what holds without either. */
export interface OptionSpec {
  /** e.g. `--port <port>` */
  readonly flags: string;
  readonly env: string;
  readonly description: string;
  readonly default?: string;
}

/**
 * Reads a process's options. A flag wins over its environment variable, which wins over the default; an empty
 * variable counts as unset, because that is what an empty entry of a ConfigMap means.
 * On bad usage it prints what is wrong to standard error and ends the process with status 2.
 */
export function readOptions<T>(
  name: string,
  description: string,
  specs: readonly OptionSpec[],
  schema: z.ZodType<T>,
  argv: readonly string[],
): T {
  const command = new Command(name).description(description).exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });
  for (const spec of specs) command.addOption(optionOf(spec));
  command.parse([...argv], { from: 'user' });
  const parsed = schema.safeParse(command.opts());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const attribute = String(issue?.path[0] ?? '');
  const option = command.options.find((candidate) => candidate.attributeName() === attribute);
  const which = option === undefined ? attribute : `${option.long ?? attribute} (${option.envVar ?? ''})`;
  return command.error(`error: ${which}: ${issue?.message ?? 'not valid'}`, { exitCode: 2 });
}

/** The option as commander has it, perhaps with other flags. */
export function optionOf(spec: OptionSpec, flags: string = spec.flags): Option {
  if (process.env[spec.env] === '') delete process.env[spec.env];
  const option = new Option(flags, spec.description).env(spec.env);
  return spec.default === undefined ? option : option.default(spec.default);
}
