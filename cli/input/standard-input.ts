import type { Readable } from 'node:stream';
import { CheckError } from './check-error.ts';
import { MOST_BYTES } from './input-texts.ts';

/** Where a command reads what is piped into it. */
export interface StandardInput {
  /** Whether somebody sits there and types: nothing is piped. */
  readonly isTerminal: boolean;
  /** Reads to the end. @throws Error where it is too large or breaks off */
  read(): Promise<string>;
}

/** Standard input of this process. */
export function processInput(stream: Readable & { readonly isTTY?: boolean } = process.stdin): StandardInput {
  return {
    isTerminal: stream.isTTY === true,
    async read() {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of stream) {
        const buffer = Buffer.from(chunk);
        bytes += buffer.length;
        if (bytes > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
        chunks.push(buffer);
      }
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

/** What is piped in is read without being asked for. @throws CheckError where nothing is named and nothing is piped */
export function inputNames(paths: readonly string[], input: StandardInput): readonly string[] {
  if (paths.length > 0) return paths;
  if (!input.isTerminal) return ['-'];
  throw new CheckError(
    'check.usage',
    'name files or folders, or pipe manifests in, such as: kustomize build | zonewarden check',
  );
}
