import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type QueueAction, QueueError, toQueueError } from './queue-trouble.ts';

/** The most that SQS gives at once, and the longest it waits (ReceiveMessage). */
const MOST_MESSAGES = 10;
const LONG_POLL_SECONDS = 20;
/** Ample for one write of a ConfigMap with its retries; after that the message comes again. */
export const DEFAULT_VISIBILITY_SECONDS = 60;
/** A long poll that has not answered by then is on a dead connection. */
const RECEIVE_LIMIT_MS = (LONG_POLL_SECONDS + 10) * 1000;
const CALL_LIMIT_MS = 10_000;

export interface QueueMessage {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
}

/** One SQS queue, as far as we need it. Whatever fails is a QueueError. */
export interface MessageQueue {
  /** Waits up to 20 s for up to 10 messages. */
  receive(signal: AbortSignal): Promise<QueueMessage[]>;
  /** Deletes messages; the IDs of those that SQS did not delete come back. They will be delivered again. */
  remove(messages: readonly QueueMessage[], signal: AbortSignal): Promise<string[]>;
  /**
   * Begins the visibility timeout of received messages anew.
   * @throws QueueError also where SQS refused one: it may be with somebody else already
   */
  extend(messages: readonly QueueMessage[], signal: AbortSignal): Promise<void>;
  /** Makes received messages visible to everybody at once. Throws as `extend` does. */
  release(messages: readonly QueueMessage[], signal: AbortSignal): Promise<void>;
  /** Whether SQS moves a message that fails again and again to a dead-letter queue. */
  hasDeadLetterQueue(signal: AbortSignal): Promise<boolean>;
}

export function createMessageQueue(
  client: SQSClient,
  queueUrl: string,
  visibilitySeconds = DEFAULT_VISIBILITY_SECONDS,
): MessageQueue {
  type Limit = { readonly abortSignal: AbortSignal };
  const called = async <T>(
    action: QueueAction,
    call: (limit: Limit) => Promise<T>,
    signal: AbortSignal,
    ms = CALL_LIMIT_MS,
  ): Promise<T> => {
    try {
      return await call({ abortSignal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) });
    } catch (error) {
      throw toQueueError(error, { action, queueUrl });
    }
  };
  const setVisibility = async (messages: readonly QueueMessage[], seconds: number, signal: AbortSignal) => {
    const command = new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map((message, index) => ({
        Id: String(index),
        ReceiptHandle: message.receiptHandle,
        VisibilityTimeout: seconds,
      })),
    });
    const action = 'ChangeMessageVisibility';
    const answer = await called(action, (limit) => client.send(command, limit), signal);
    const [refused] = answer.Failed ?? [];
    if (refused !== undefined)
      throw new QueueError(
        'queue.refused',
        { action, queueUrl },
        `the visibility of a message was not changed: ${refused.Message ?? refused.Code}`,
      );
  };
  return {
    async receive(signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: MOST_MESSAGES,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        VisibilityTimeout: visibilitySeconds,
      });
      const receive = (limit: Limit) => client.send(command, limit);
      const answer = await called('ReceiveMessage', receive, signal, RECEIVE_LIMIT_MS);
      return (answer.Messages ?? []).map(toMessage);
    },
    async remove(messages, signal) {
      const command = new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map((message, index) => ({
          Id: String(index),
          ReceiptHandle: message.receiptHandle,
        })),
      });
      const answer = await called('DeleteMessage', (limit) => client.send(command, limit), signal);
      return (answer.Failed ?? []).map((failed) => messages[Number(failed.Id)]?.id ?? '');
    },
    extend: (messages, signal) => setVisibility(messages, visibilitySeconds, signal),
    release: (messages, signal) => setVisibility(messages, 0, signal),
    async hasDeadLetterQueue(signal) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['RedrivePolicy'],
      });
      const answer = await called('GetQueueAttributes', (limit) => client.send(command, limit), signal);
      return (answer.Attributes?.RedrivePolicy ?? '') !== '';
    },
  };
}

function toMessage(message: Message): QueueMessage {
  return {
    id: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
  };
}
