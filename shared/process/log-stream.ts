import { destination } from 'pino';

/** The longest that a line waits in memory. What a killed process loses of its log is what came in that time. */
const LONGEST_WAIT_MS = 50;
/** Lines go out together once there is so much of them: each write is a trip through the thread pool. */
const ENOUGH_CHARACTERS = 32_768;

/**
 * What may wait while nobody reads, and as much again may be on its way. Lines beyond it are dropped: with a stalled log
 * driver or a full disk of the node, lines that wait would end the container. It is some thousand decisions.
 */
const MOST_WAITING_CHARACTERS = 4 * 1024 * 1024;

/** More than the stream will ever hold. It asks for a `minLength` below `maxWrite`. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Where log lines go. */
export interface LogStream {
  write(line: string): void;
  /** Writes out what waits, and blocks until that is done. */
  flushSync(): void;
  /** How many lines were dropped since the start, because too much waited. */
  dropped(): number;
  /** Hears how many lines were dropped, once after each time that lines go out again. It may write one. */
  onLost(tell: (lines: number) => void): void;
}

/**
 * Standard output, written to without blocking. A write for each line costs more CPU than the whole decision that the
 * line tells of (`npm run bench -- admission`), so that lines gather for a moment; a slow reader of the pipe delays
 * lines and never an answer.
 *
 * They gather here and not in the stream, which measures all that it has gathered again for each line (sonic-boom 4,
 * `write`): 25 us a line at this size.
 */
export function createLogStream(fd = 1): LogStream {
  // By itself it writes nothing: what has not been passed on is then still there for `flushSync`.
  const out = destination({ fd, sync: false, minLength: NEVER - 1, maxWrite: NEVER });
  let text = '';
  let waiting = false;
  let writing = false;
  let due = false;
  let dropped = 0;
  let told = 0;
  let tellLost: (lines: number) => void = () => {};

  const pass = (): void => {
    due = writing;
    if (writing || text === '') return;
    writing = true;
    out.write(text);
    text = '';
    out.flush();
  };
  // What became due during a write has nobody else to send it: the timer is over, and no other line may come.
  out.on('drain', () => {
    writing = false;
    if (due) pass();
    if (dropped === told) return;
    const lost = dropped - told;
    told = dropped;
    tellLost(lost);
  });
  out.on('error', (error: NodeJS.ErrnoException) => {
    writing = false;
    // Nobody reads any more: pino turns the stream off. Anything else ends the process, as without this listener.
    if (error.code !== 'EPIPE') throw error;
  });

  return {
    write(line) {
      if (text.length + line.length > MOST_WAITING_CHARACTERS) {
        dropped += 1;
        return;
      }
      text += line;
      if (text.length >= ENOUGH_CHARACTERS) pass();
      else if (!waiting) {
        waiting = true;
        setTimeout(() => {
          waiting = false;
          pass();
        }, LONGEST_WAIT_MS).unref();
      }
    },
    flushSync() {
      // Throws when the stream never opened; there is nothing to lose then.
      try {
        out.write(text);
        text = '';
        out.flushSync();
      } catch {}
    },
    dropped: () => dropped,
    onLost(tell) {
      tellLost = tell;
    },
  };
}
