import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { FactListener } from '../../shared/facts/facts.ts';
import { lineOf } from '../../shared/facts/watcher-facts.ts';
import type { Logger } from '../../shared/process/logger.ts';

/** Writes facts down, one line each; an error as what it says. */
export function writeToLog(log: Logger): FactListener {
  return {
    hear(told) {
      const { fact } = told;
      const line = lineOf(told);
      if (line === undefined) return;
      const error = 'error' in fact && fact.error !== undefined ? { error: messageOf(fact.error) } : {};
      log[line.level]({ event: line.event, ...fact, ...error }, line.words);
    },
  };
}
