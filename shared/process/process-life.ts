import { messageOf } from '../errors/zonewarden-error.ts';
import type { Logger } from './logger.ts';

/**
 * Runs a process from start to end: SIGTERM and SIGINT stop it in order with status 0, a second signal ends it at
 * once, and a failed start or anything that nobody caught ends it with status 1 and one clear line.
 */
export async function runProcess(
  logging: { readonly log: Logger; flush(): void },
  start: () => Promise<{ stop(): Promise<void> }>,
): Promise<void> {
  const { log, flush } = logging;
  const end = (status: number): never => {
    flush();
    process.exit(status);
  };
  const fail = (what: string) => (error: unknown) => {
    log.fatal({ error: messageOf(error), stack: error instanceof Error ? error.stack : undefined }, what);
    end(1);
  };
  process.on('uncaughtException', fail('an exception that nobody caught'));
  process.on('unhandledRejection', fail('a rejection that nobody handled'));
  let asked = 0;
  const signalled = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      asked += 1;
      if (asked > 1) end(1);
      signalled.resolve(signal);
    });
  }
  try {
    const running = await start();
    log.info({ signal: await signalled.promise }, 'asked to stop');
    await running.stop();
  } catch (error) {
    fail('the process cannot go on')(error);
  }
  end(0);
}
