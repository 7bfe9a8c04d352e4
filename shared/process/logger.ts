import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { createLogStream, type LogStream } from './log-stream.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Logging {
  readonly log: Logger;
  /** Before the process ends. */
  flush(): void;
  /** How many lines were dropped, because nobody read them and too many waited. */
  droppedLines(): number;
}

/** One JSON object a line, times in RFC 3339. */
export function createLogger(
  component: string,
  level: LogLevel,
  stream: DestinationStream & Partial<LogStream> = createLogStream(),
): Logging {
  const options: LoggerOptions = {
    base: { component },
    level,
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label) => ({ level: label }) },
  };
  const log = pino(options, stream);
  stream.onLost?.((lines) => log.warn({ lines }, LOST));
  return { log, flush: () => stream.flushSync?.(), droppedLines: () => stream.dropped?.() ?? 0 };
}

const LOST = 'log lines were lost here: nobody read standard output, and too much waited for it';
