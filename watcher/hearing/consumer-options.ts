import type { Home } from '../../shared/home/home.ts';
import type { SignalOutcome } from '../../shared/record/apply-signals.ts';
import type { Heard } from '../../shared/record/hear.ts';
import type { MessageQueue } from './message-queue.ts';
import type { QueueHealth, QueueStep } from './queue-state.ts';
import type { ReadMessage } from './read-message.ts';

export interface ConsumerOptions {
  readonly queue: MessageQueue;
  /** For how long a message stays invisible once it is received, in ms. */
  readonly visibilityMs: number;
  /** Where the cluster is, as far as that is known; without it nothing is foreign. */
  home?(): Home;
  /**
   * Makes what a batch said durable: called once for a batch in which anything is a signal or a reason to look. Resolves
   * only when it is durable; a rejection keeps those messages in the queue.
   */
  apply(heard: Heard): Promise<readonly SignalOutcome[]>;
  /** Hears of each message after it was dealt with, and why it stays in the queue if it does. */
  onMessage(read: ReadMessage, fate: MessageFate): void;
  onProblem(where: QueueStep, error: unknown): void;
  /** Told at the start, after each answered poll, and when trouble begins or ends. */
  onState?(health: QueueHealth): void;
}

/**
 * `deleted`: its effect is durable, or it has none. `kept`: its effect could not be made durable, it comes again.
 * `redriven`: it cannot be read, and SQS will move it to the dead-letter queue. `undeleted`: SQS did not delete it;
 * it comes again and does nothing then.
 */
export type MessageFate = 'deleted' | 'kept' | 'redriven' | 'undeleted';
