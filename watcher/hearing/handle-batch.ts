import type { ConsumerOptions, MessageFate } from './consumer-options.ts';
import { keepInvisible } from './keep-invisible.ts';
import type { QueueMessage } from './message-queue.ts';
import type { QueueStep } from './queue-state.ts';
import { type ReadMessage, readMessage } from './read-message.ts';

/** A replica that is told to stop has little time. */
const RELEASE_LIMIT_MS = 2000;

interface BatchOptions extends Omit<ConsumerOptions, 'onProblem' | 'onState'> {
  failed(where: QueueStep, error: unknown): void;
  succeeded(where: QueueStep): void;
}

/** Deals with one batch: reads it, makes what it says durable in one go, and deletes what is done with. */
export function createBatchHandler(options: BatchOptions) {
  /** @param redrives whether SQS moves what fails again and again to a dead-letter queue */
  return async function handleBatch(
    messages: readonly QueueMessage[],
    signal: AbortSignal,
    redrives: () => Promise<boolean>,
  ): Promise<void> {
    if (messages.length === 0) return;
    const receivedAt = Date.now();
    const home = options.home?.();
    const read = messages.map((message) => readMessage(message, home));
    const effective = read.filter(hasEffect);
    const isDurable = effective.length === 0 || (await makeDurable(options, effective, receivedAt, signal));
    const leavesUnreadable = read.some(isUnreadable) && (await redrives());
    const stays = (one: ReadMessage): MessageFate | undefined => {
      if (isUnreadable(one) && leavesUnreadable) return 'redriven';
      return hasEffect(one) && !isDurable ? 'kept' : undefined;
    };
    for (const one of read) {
      const fate = stays(one);
      if (fate !== undefined) options.onMessage(one, fate);
    }
    const done = read.filter((one) => stays(one) === undefined);
    if (done.length > 0) await removeAll(options, done, signal);
  };
}

function hasEffect({ outcome }: ReadMessage): boolean {
  return outcome === 'signals' || outcome === 'look';
}

function isUnreadable({ outcome }: ReadMessage): boolean {
  return outcome === 'malformed';
}

async function makeDurable(
  options: BatchOptions,
  effective: readonly ReadMessage[],
  receivedAt: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { queue, visibilityMs, failed, succeeded } = options;
  const messages = effective.map(({ message }) => message);
  const stop = keepInvisible(
    {
      queue,
      visibilityMs,
      onExtended: () => succeeded('extend'),
      onFailed: (error) => failed('extend', error),
    },
    messages,
    signal,
  );
  try {
    // Whatever has an effect is also a reason to ask ARC.
    await options.apply({ signals: effective.flatMap((one) => one.signals), look: true, receivedAt });
    succeeded('apply');
    return true;
  } catch (error) {
    failed('apply', error);
    // Who stops does not come back for them: another replica can have them now, and not after the visibility timeout.
    if (signal.aborted)
      await queue.release(messages, AbortSignal.timeout(RELEASE_LIMIT_MS)).catch(() => undefined);
    return false;
  } finally {
    stop();
  }
}

async function removeAll(
  options: BatchOptions,
  done: readonly ReadMessage[],
  signal: AbortSignal,
): Promise<void> {
  let left: readonly string[];
  try {
    left = await options.queue.remove(
      done.map(({ message }) => message),
      signal,
    );
    options.succeeded('delete');
  } catch (error) {
    options.failed('delete', error);
    left = done.map(({ message }) => message.id);
  }
  for (const one of done) options.onMessage(one, left.includes(one.message.id) ? 'undeleted' : 'deleted');
}
