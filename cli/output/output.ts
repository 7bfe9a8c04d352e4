/** Where a command writes: results to standard output, everything about them to standard error. */
export interface Output {
  /** Text of the result; a line end is added. */
  say(text: string): void;
  /** Something that the result does not tell; the command goes on. */
  warn(text: string): void;
  /** Why the command did not do what was asked. */
  fail(text: string): void;
  /** Text as it is, to standard output or to standard error. */
  write(to: 'out' | 'error', text: string): void;
}

/** The output of this process. A reader that has read enough (`| head`) ends it in order. */
export function processOutput(): Output {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const write: Output['write'] = (to, text) => {
    (to === 'out' ? process.stdout : process.stderr).write(text);
  };
  return {
    write,
    say: (text) => write('out', `${text}\n`),
    warn: (text) => write('error', `warning: ${visible(text)}\n`),
    fail: (text) => write('error', `error: ${visible(text)}\n`),
  };
}

/**
 * Text that others wrote, on one line and with nothing that a terminal obeys: the record takes reasons and names from
 * whoever can write the ConfigMap.
 */
export function visible(text: string): string {
  const oneLine = text.replace(/\s*\n\s*/g, ' ');
  return oneLine.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
