import { setTimeout as wait } from 'node:timers/promises';
import { createBackoff } from '../../shared/kube/backoff.ts';
import type { SignalOutcome } from '../record/apply-signals.ts';
import type { Heard } from '../record/hear.ts';
import { keepInvisible } from './keep-invisible.ts';
import type { MessageQueue, QueueMessage } from './message-queue.ts';
import { type QueueHealth, QueueState } from './queue-state.ts';
import { type ReadMessage, readMessage } from './read-message.ts';
import { Redrive } from './redrive.ts';

export type QueueStep = 'receive' | 'apply' | 'delete' | 'extend' | 'attributes';

export interface ConsumerOptions {
  readonly queue: MessageQueue;
  /** For how long a message stays invisible once it is received, in ms. */
  readonly visibilityMs: number;
  /** Makes what a batch said durable. Resolves only when it is; a rejection keeps its messages in the queue. */
  apply(heard: Heard): Promise<readonly SignalOutcome[]>;
  /** Hears of each message after it was dealt with, and why it stays in the queue if it does. */
  onMessage(read: ReadMessage, fate: MessageFate): void;
  onProblem(where: QueueStep, error: unknown): void;
  /** Told after each answer and each problem. */
  onState?(health: QueueHealth): void;
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
  const state = new QueueState((health) => options.onState?.(health));
  const redrive = new Redrive(options);
  while (!signal.aborted) {
    try {
      await redrive.refresh(signal);
      const messages = await options.queue.receive(signal);
      state.answered();
      await handleBatch(options, messages, redrive.isConfigured, signal);
      backoff.reset();
    } catch (error) {
      if (signal.aborted) return;
      options.onProblem('receive', error);
      state.failed('receive', error);
      // The queue may have been deleted and made anew, with or without a dead-letter queue.
      redrive.forget();
      await wait(backoff.next(), undefined, { signal }).catch(() => undefined);
    }
  }
}

async function handleBatch(
  options: ConsumerOptions,
  messages: readonly QueueMessage[],
  redrives: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (messages.length === 0) return;
  const receivedAt = Date.now();
  const read = messages.map(readMessage);
  const durable = await makeDurable(options, read, receivedAt, signal);
  const done: ReadMessage[] = [];
  for (const one of read) {
    if (one.outcome === 'malformed' && redrives) options.onMessage(one, 'redriven');
    else if (hasEffect(one) && !durable) options.onMessage(one, 'kept');
    else done.push(one);
  }
  await removeAll(options, done, signal);
}

function hasEffect({ outcome }: ReadMessage): boolean {
  return outcome === 'signals' || outcome === 'look';
}

async function makeDurable(
  options: ConsumerOptions,
  read: readonly ReadMessage[],
  receivedAt: number,
  signal: AbortSignal,
): Promise<boolean> {
  const effective = read.filter(hasEffect);
  if (effective.length === 0) return true;
  const messages = effective.map(({ message }) => message);
  const stop = keepInvisible(options, messages, signal);
  try {
    await options.apply({ signals: effective.flatMap((one) => one.signals), look: true, receivedAt });
    return true;
  } catch (error) {
    options.onProblem('apply', error);
    return false;
  } finally {
    stop();
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
