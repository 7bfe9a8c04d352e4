import { closeSync, openSync, readSync } from 'node:fs';

export type LogLine = Record<string, unknown>;

/**
 * Reads the JSON lines of a log that grows: each call gives all of them, and reads only what is new. Tests look at logs
 * hundreds of times while they wait, and some logs have a line for each of thousands of writes.
 */
export function logLinesOf(file: string): () => LogLine[] {
  const lines: LogLine[] = [];
  let read = 0;
  let rest: Buffer = Buffer.alloc(0);
  return () => {
    const text = Buffer.concat([rest, newBytes(file, read)]);
    read += text.length - rest.length;
    // The last line may be half written.
    const end = text.lastIndexOf('\n') + 1;
    rest = text.subarray(end);
    for (const line of text.subarray(0, end).toString('utf8').split('\n')) {
      const parsed = parse(line);
      if (parsed !== undefined) lines.push(parsed);
    }
    return [...lines];
  };
}

function parse(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

const CHUNK = 256 * 1024;

function newBytes(file: string, from: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0); // Not there yet.
  }
  try {
    const chunks: Buffer[] = [];
    for (let at = from; ; ) {
      const chunk = Buffer.alloc(CHUNK);
      const count = readSync(descriptor, chunk, 0, CHUNK, at);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}
