import type { Output } from '../output/output.ts';
import type { StandardInput } from './standard-input.ts';

/** What a command works with besides its options: where it reads and writes, and what time it is. */
export interface CommandContext {
  readonly output: Output;
  readonly input: StandardInput;
  readonly nowMs: number;
}
