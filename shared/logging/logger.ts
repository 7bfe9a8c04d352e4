import {
  type DestinationStream,
  destination,
  type Logger,
  type LoggerOptions,
  pino,
  stdTimeFunctions,
} from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One JSON object a line on standard output, times in RFC 3339. Writes do not block the event loop: while one is
 * under way, later lines gather and go out together. `flush` before the process ends.
 */
export function createLogger(
  component: string,
  level: LogLevel,
  stream: DestinationStream & { flushSync?: () => void } = destination({ fd: 1, sync: false }),
): { readonly log: Logger; flush(): void } {
  const options: LoggerOptions = {
    base: { component },
    level,
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label) => ({ level: label }) },
  };
  return {
    log: pino(options, stream),
    flush() {
      // Throws when the stream never opened; there is nothing to lose then.
      try {
        stream.flushSync?.();
      } catch {}
    },
  };
}
