import { StringDecoder } from 'node:string_decoder';

/** A line of a log; `undefined` where it was longer than is kept. */
export type LogLine = string | undefined;

/**
 * The lines of a stream, one at a time. No more than one of them is kept, and of one that is longer than `longest`
 * characters nothing: a file without line ends must not fill the memory.
 */
export async function* logLines(
  chunks: AsyncIterable<Buffer | string>,
  longest: number,
): AsyncGenerator<LogLine, void, undefined> {
  // Bytes of one character may come in two chunks; what is no UTF-8 becomes a replacement character.
  const decoder = new StringDecoder('utf8');
  let begun = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    const text = begun + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      yield isTooLong ? undefined : withoutReturn(text.slice(from, end));
      isTooLong = false;
      from = end + 1;
    }
    begun = text.slice(from);
    isTooLong ||= begun.length > longest;
    if (isTooLong) begun = '';
  }
  begun += decoder.end();
  if (isTooLong) yield undefined;
  else if (begun !== '') yield withoutReturn(begun);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
