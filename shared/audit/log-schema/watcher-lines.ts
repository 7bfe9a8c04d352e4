import { z } from 'zod';
import type { FactRow } from '../../facts/fact-row.ts';
import { WATCHER_FACTS } from '../../facts/watcher-facts.ts';
import { LINE } from './decision-line.ts';

/** The line of a fact as the log has it: the fact, and what every line has. */
function lineOf<Event extends z.ZodType<string>, Shape extends z.ZodRawShape>(
  event: Event,
  { shape, audit = '' }: FactRow<Shape>,
) {
  return z
    .looseObject({
      ...LINE,
      component: z.literal('watcher'),
      message: z.string().optional().describe('The same in words'),
      event,
      ...shape,
    })
    .describe(audit);
}

const bindingEvents = z.enum(['policy-binding', 'break-glass']).describe('break-glass: it denied before');

/** What the watcher tells beside the decisions: each fact of the table that is a line of the audit stream. */
export const watcherLineSchema = z.discriminatedUnion('event', [
  lineOf(z.literal('message'), WATCHER_FACTS.message),
  lineOf(z.literal('record-written'), WATCHER_FACTS['record-written']),
  lineOf(z.literal('zone'), WATCHER_FACTS.zone),
  lineOf(z.literal('nudge'), WATCHER_FACTS.nudge),
  lineOf(z.literal('policy-fallback'), WATCHER_FACTS['policy-fallback']),
  lineOf(bindingEvents, WATCHER_FACTS['policy-binding']),
  lineOf(z.literal('shadow'), WATCHER_FACTS.shadow),
  lineOf(z.literal('protected'), WATCHER_FACTS.protected),
]);
export type WatcherLine = z.output<typeof watcherLineSchema>;
