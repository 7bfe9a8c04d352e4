import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from '../../shared/kube/backoff.ts';
import type { SignalOutcome } from '../record/apply-signals.ts';
import type { ZoneSignal } from '../sources/signal.ts';
import type { MessageQueue, QueueMessage } from './message-queue.ts';
import { type ReadMessage, readMessage } from './read-message.ts';

export interface ConsumerOptions {
  readonly queue: MessageQueue;
  /** Makes the signals durable. Resolves only when they are; a rejection keeps their messages in the queue. */
  apply(signals: readonly ZoneSignal[]): Promise<readonly SignalOutcome[]>;
  /** Hears of each message after it was dealt with, and why it stays in the queue if it does. */
  onMessage(read: ReadMessage, fate: MessageFate): void;
  onProblem(where: 'receive' | 'apply' | 'delete' | 'attributes', error: unknown): void;
}

/**
 * `deleted`: its effect is durable, or it has none. `kept`: its effect could not be made durable, it comes again.
 * `redriven`: it cannot be read, and SQS will move it to the dead-letter queue. `undeleted`: SQS did not delete it;
 * it comes again and does nothing then.
 */
export type MessageFate = 'deleted' | 'kept' | 'redriven' | 'undeleted';

/**
 * Takes messages for as long as the signal allows, one batch after the other. One write for a batch; a message is
 * deleted after that write and never before. Nothing that is in the queue, and no failure of SQS, ends the loop.
 */
export async function consume(options: ConsumerOptions, signal: AbortSignal): Promise<void> {
  const backoff = createBackoff({ baseMs: 200, capMs: 20_000 });
  let redrives: boolean | undefined;
  while (!signal.aborted) {
    try {
      redrives ??= await readRedrive(options, signal);
      const messages = await options.queue.receive(signal);
      await handleBatch(options, messages, redrives ?? false, signal);
      backoff.reset();
    } catch (error) {
      if (signal.aborted) return;
      options.onProblem('receive', error);
      await wait(backoff.next(), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Without the right to ask, unreadable messages are treated as if there were no dead-letter queue. */
async function readRedrive(options: ConsumerOptions, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    return await options.queue.hasDeadLetterQueue(signal);
  } catch (error) {
    if (!signal.aborted) options.onProblem('attributes', error);
    return undefined;
  }
}

async function handleBatch(
  options: ConsumerOptions,
  messages: readonly QueueMessage[],
  redrives: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (messages.length === 0) return;
  const read = messages.map(readMessage);
  const durable = await makeDurable(options, read);
  const done: ReadMessage[] = [];
  for (const one of read) {
    if (one.outcome === 'malformed' && redrives) options.onMessage(one, 'redriven');
    else if (one.signals.length > 0 && !durable) options.onMessage(one, 'kept');
    else done.push(one);
  }
  await removeAll(options, done, signal);
}

async function makeDurable(options: ConsumerOptions, read: readonly ReadMessage[]): Promise<boolean> {
  const signals = read.flatMap((one) => one.signals);
  if (signals.length === 0) return true;
  try {
    await options.apply(signals);
    return true;
  } catch (error) {
    options.onProblem('apply', error);
    return false;
  }
}

async function removeAll(
  options: ConsumerOptions,
  done: readonly ReadMessage[],
  signal: AbortSignal,
): Promise<void> {
  if (done.length === 0) return;
  let failed: readonly string[];
  try {
    failed = await options.queue.remove(
      done.map(({ message }) => message),
      signal,
    );
  } catch (error) {
    options.onProblem('delete', error);
    failed = done.map(({ message }) => message.id);
  }
  for (const one of done) options.onMessage(one, failed.includes(one.message.id) ? 'undeleted' : 'deleted');
}
