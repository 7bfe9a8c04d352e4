import { statSync } from 'node:fs';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { readText, STDIN_NAME } from '../input/input-texts.ts';
import type { StandardInput } from '../input/standard-input.ts';
import { CatalogUsageError } from './catalog-usage-error.ts';

/** EC2's answers for the largest Region are 12 MB of indented JSON. */
const MOST_BYTES = 256 * 1024 * 1024;

/** What a catalogue is made from. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
  /** When it was written; now for what is piped in. */
  readonly writtenMs: number;
}

/** Reads files as they are, `-` for standard input. @throws CatalogUsageError */
export async function readSourceTexts(
  names: readonly string[],
  input: StandardInput,
  nowMs: number,
): Promise<SourceText[]> {
  const texts: SourceText[] = [];
  for (const name of names) {
    try {
      texts.push(
        name === '-'
          ? { name: STDIN_NAME, text: await input.read(), writtenMs: nowMs }
          : { name, text: readText(name, MOST_BYTES), writtenMs: statSync(name).mtimeMs },
      );
    } catch (error) {
      throw new CatalogUsageError(`${name} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }
  return texts;
}
