import type { MessageQueue, QueueMessage } from './message-queue.ts';

/**
 * Keeps messages invisible to other replicas while their effect is being made durable: each time that half of the
 * visibility timeout has passed, it begins anew. A failure is told and tried again; at worst another replica does the
 * same once more, which changes nothing.
 *
 * @returns ends it
 */
export function keepInvisible(
  options: {
    readonly queue: Pick<MessageQueue, 'extend'>;
    readonly visibilityMs: number;
    onProblem(where: 'extend', error: unknown): void;
  },
  messages: readonly QueueMessage[],
  signal: AbortSignal,
): () => void {
  const timer = setInterval(() => {
    options.queue.extend(messages, signal).catch((error: unknown) => {
      if (!signal.aborted) options.onProblem('extend', error);
    });
  }, options.visibilityMs / 2);
  return () => clearInterval(timer);
}
