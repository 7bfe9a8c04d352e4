import type { MessageQueue, QueueMessage } from './message-queue.ts';

/**
 * Keeps messages invisible to other replicas while their effect is being made durable: each time that a third of the
 * visibility timeout has passed, it begins anew, so that one failure leaves time for another try. A failure is told; at
 * worst another replica does the same once more, which changes nothing.
 *
 * @returns ends it
 */
export function keepInvisible(
  options: {
    readonly queue: Pick<MessageQueue, 'extend'>;
    readonly visibilityMs: number;
    onExtended(): void;
    onFailed(error: unknown): void;
  },
  messages: readonly QueueMessage[],
  signal: AbortSignal,
): () => void {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  let isAsking = false;
  const timer = setInterval(async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      await options.queue.extend(messages, either);
      options.onExtended();
    } catch (error) {
      if (!either.aborted) options.onFailed(error);
    } finally {
      isAsking = false;
    }
  }, options.visibilityMs / 3);
  return () => {
    clearInterval(timer);
    ended.abort();
  };
}
