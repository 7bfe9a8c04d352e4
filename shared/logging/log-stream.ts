import { destination } from 'pino';

/** The longest that a line waits in memory. What a killed process loses of its log is what came in that time. */
const LONGEST_WAIT_MS = 50;
/** Lines go out together once there is so much of them: each write is a trip through the thread pool. */
const ENOUGH_BYTES = 32_768;

/** Where log lines go. */
export interface LogStream {
  write(line: string): void;
  /** Writes out what waits, and blocks until that is done. */
  flushSync(): void;
}

/**
 * Standard output, written to without blocking. A write for each line costs more CPU than the whole decision that the
 * line tells of (`npm run bench -- admission`), so that lines gather for a moment; a slow reader of the pipe delays
 * lines and never an answer.
 */
export function createLogStream(fd = 1): LogStream {
  const out = destination({ fd, sync: false, minLength: ENOUGH_BYTES, maxWrite: 2 * ENOUGH_BYTES });
  let waiting = false;
  const flush = (): void => {
    waiting = false;
    out.flush();
  };
  return {
    write(line) {
      out.write(line);
      if (waiting) return;
      waiting = true;
      setTimeout(flush, LONGEST_WAIT_MS).unref();
    },
    flushSync() {
      // Throws when the stream never opened; there is nothing to lose then.
      try {
        out.flushSync();
      } catch {}
    },
  };
}
