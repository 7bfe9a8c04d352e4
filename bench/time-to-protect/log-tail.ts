import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The JSON lines that come into a log from now on, each once. A log of some thousand lines that is read whole at every
 * look would take the time that is measured.
 */
export function tailOf(file: string): () => Record<string, unknown>[] {
  let offset = sizeOf(file);
  let rest = '';
  return () => {
    const { text, end } = readFrom(file, offset);
    offset = end;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
}

function sizeOf(file: string): number {
  return readFrom(file, Number.MAX_SAFE_INTEGER).end;
}

function readFrom(file: string, offset: number): { text: string; end: number } {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    readSync(descriptor, bytes, 0, bytes.length, Math.min(offset, size));
    return { text: bytes.toString('utf8'), end: size };
  } finally {
    closeSync(descriptor);
  }
}
