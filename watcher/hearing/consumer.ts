import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from '../../shared/kube/backoff.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import { createBatchHandler } from './handle-batch.ts';
import { QueueState, type QueueStep } from './queue-state.ts';
import { QueueError } from './queue-trouble.ts';
import { Redrive } from './redrive.ts';

/** A poll that answers sooner than this with nothing did not wait: SQS does that seldom, a broken proxy always. */
const SOON_MS = 1000;

/**
 * Takes messages for as long as the signal allows, one batch after the other. One write for a batch; a message is
 * deleted after that write and never before. Nothing that is in the queue, and no failure of SQS, ends the loop. Resolves
 * when the signal was aborted and the batch at hand is dealt with; never rejects.
 *
 * @param signal after it no poll begins
 * @param cut cuts off what is under way. SQS may hand a message to a poll that was cut off, and then nobody sees it until
 *   its visibility timeout is over: a poll should come to its end by itself.
 */
export async function consume(
  options: ConsumerOptions,
  signal: AbortSignal,
  cut: AbortSignal = signal,
): Promise<void> {
  const backoff = createBackoff({ baseMs: 200, capMs: 20_000 });
  const idling = createBackoff({ baseMs: 50, capMs: SOON_MS });
  const state = new QueueState((health) => options.onState?.(health));
  const failed = (where: QueueStep, error: unknown) => {
    // What is cut off by the end is no trouble.
    if (cut.aborted) return;
    state.failed(where, error);
    options.onProblem(where, error);
  };
  const redrive = new Redrive({
    queue: options.queue,
    onKnown: () => state.succeeded('attributes'),
    onFailed: (error) => failed('attributes', error),
  });
  const handleBatch = createBatchHandler({
    ...options,
    failed,
    succeeded: (where) => state.succeeded(where),
  });
  const pause = (ms: number) => wait(ms, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    // It must not hold up what can be read.
    const redriveKnown = redrive.refresh(signal);
    const begunMs = performance.now();
    try {
      const messages = await options.queue.receive(cut);
      state.succeeded('receive');
      await handleBatch(messages, cut, async () => {
        await redriveKnown;
        return redrive.isConfigured;
      });
      backoff.reset();
      if (messages.length > 0 || performance.now() - begunMs >= SOON_MS) idling.reset();
      else await pause(idling.next());
    } catch (error) {
      failed('receive', error);
      // The one that is made in its place may have a dead-letter queue or none.
      if (error instanceof QueueError && error.code === 'queue.not-found') redrive.forget();
      await pause(backoff.next());
    }
  }
}
