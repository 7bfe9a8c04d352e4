import type { Output } from '../output/output.ts';
import type { StandardInput } from './standard-input.ts';

/** What a command works with besides its options: where it reads and writes, and what time it is. */
export interface CommandContext {
  readonly output: Output;
  readonly input: StandardInput;
  readonly nowMs: number;
}

/** What a program gives its commands: where they read and write, and who hears the exit status of the one that ran. */
export interface CommandEnds extends Omit<CommandContext, 'nowMs'> {
  done(status: number): void;
}
