/** Where progress goes; `process.stderr` fits. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Shows that something long is under way, until `end` is called. */
export interface Progress {
  /** What is being done at the moment; shown with the next line. */
  detail(text: string): void;
  /** Ends the display with a last line, e.g. `done`. */
  end(text: string): void;
}

/**
 * Shows `title`, the elapsed seconds and the latest detail: on a terminal one line that is rewritten each second,
 * elsewhere (CI) a line now and then every `everySeconds`, so that a log never looks hung.
 */
export function startProgress(
  title: string,
  stream: ProgressStream = process.stderr,
  everySeconds = 15,
): Progress {
  const startedAt = performance.now();
  let latest = '';
  const line = (text: string) =>
    `${title} [${Math.round((performance.now() - startedAt) / 1000)} s]${text === '' ? '' : ` ${text}`}`;
  const show = () =>
    stream.write(stream.isTTY ? `\r\x1b[2K${line(latest).slice(0, 110)}` : `${line(latest)}\n`);
  show();
  const timer = setInterval(show, stream.isTTY ? 1000 : everySeconds * 1000);
  return {
    detail: (text) => {
      latest = text;
    },
    end: (text) => {
      clearInterval(timer);
      stream.write(`${stream.isTTY ? '\r\x1b[2K' : ''}${line(text)}\n`);
    },
  };
}
