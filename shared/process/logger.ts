import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { createLogStream } from './log-stream.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One JSON object a line, times in RFC 3339. `flush` before the process ends. */
export function createLogger(
  component: string,
  level: LogLevel,
  stream: DestinationStream & { flushSync?: () => void } = createLogStream(),
): { readonly log: Logger; flush(): void } {
  const options: LoggerOptions = {
    base: { component },
    level,
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label) => ({ level: label }) },
  };
  return { log: pino(options, stream), flush: () => stream.flushSync?.() };
}
