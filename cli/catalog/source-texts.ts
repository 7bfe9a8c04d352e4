import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
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
        name === '-' ? { name: '<stdin>', text: await input.read(), writtenMs: nowMs } : readFile(name),
      );
    } catch (error) {
      throw new CatalogUsageError(`${name} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }
  return texts;
}

function readFile(name: string): SourceText {
  const { size, mtimeMs } = statSync(name);
  if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, and at most ${MOST_BYTES} are read`);
  return { name, text: readFileSync(name, 'utf8'), writtenMs: mtimeMs };
}
