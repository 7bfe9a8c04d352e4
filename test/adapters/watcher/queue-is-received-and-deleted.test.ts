import { describe, expect, it } from 'vitest';
import { createMessageQueue } from '../../../watcher/hearing/message-queue.ts';
import { attributeOf, createQueue, sendAll, sqsClient, startSqs, until, visibleIn } from './sqs-server.ts';

const never = new AbortController().signal;

async function queueOf(attributes: Record<string, string> = {}) {
  const server = await startSqs();
  const client = sqsClient(server);
  const url = await createQueue(client, 'zonewarden', attributes);
  return { server, client, url, queue: createMessageQueue(client, url) };
}

describe('receive', () => {
  it('takes what is there, ten messages at a time', async () => {
    const { client, url, queue } = await queueOf();
    const bodies = Array.from({ length: 12 }, (_, index) => `body ${index}`);
    await sendAll(client, url, bodies);
    const first = await queue.receive(never);
    expect(first).toHaveLength(10);
    const second = await queue.receive(never);
    expect([...first, ...second].map(({ body }) => body).sort()).toEqual([...bodies].sort());
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(12);
  });

  it('hides a message from everybody else, whatever the queue says, for the 60 s that it asks for', async () => {
    const { client, url, queue } = await queueOf({ VisibilityTimeout: '0' });
    const asked: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        asked.push(args.input);
        return next(args);
      },
      { step: 'initialize' },
    );
    await sendAll(client, url, ['event']);
    const [message] = await queue.receive(never);
    expect(asked.at(-1)).toMatchObject({
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
      VisibilityTimeout: 60,
    });
    expect(message?.body).toBe('event');
    expect(await visibleIn(client, url)).toEqual([]);
    expect(await attributeOf(client, url, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
  });

  it('gives a message again that nobody deleted in the time that was asked for', async () => {
    const { client, url } = await queueOf();
    const queue = createMessageQueue(client, url, 1);
    await sendAll(client, url, ['event']);
    const [first] = await queue.receive(never);
    const [again] = await queue.receive(never);
    expect(again).toMatchObject({ id: first?.id, body: 'event' });
    expect(again?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  it('waits for a message, and has it when it comes', async () => {
    const { server, client, url, queue } = await queueOf();
    const receiving = queue.receive(never);
    await until(() => server.actions.includes('ReceiveMessage'));
    await sendAll(client, url, ['late']);
    expect((await receiving).map(({ body }) => body)).toEqual(['late']);
    expect(server.actions.filter((action) => action === 'ReceiveMessage')).toHaveLength(1);
  });

  it('ends with its signal while it waits', async () => {
    const { server, queue } = await queueOf();
    const stopping = new AbortController();
    const receiving = queue.receive(stopping.signal);
    await until(() => server.actions.includes('ReceiveMessage'));
    stopping.abort();
    await expect(receiving).rejects.toThrow(/abort/i);
  });

  it('says of a queue that it does not exist', async () => {
    const { client, url } = await queueOf();
    const missing = createMessageQueue(client, url.replace('zonewarden', 'nowhere'));
    await expect(missing.receive(never)).rejects.toMatchObject({ code: 'queue.not-found' });
    await expect(missing.hasDeadLetterQueue(never)).rejects.toMatchObject({ code: 'queue.not-found' });
  });

  it('says of a server that it is not there', async () => {
    const { server, queue } = await queueOf();
    await server.stop();
    await expect(queue.receive(never)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('a received message', () => {
  it('is visible to everybody at once when it is released, and to nobody once it is extended', async () => {
    const { server, client, url, queue } = await queueOf();
    await sendAll(client, url, ['a', 'b']);
    const messages = await queue.receive(never);
    await queue.release(messages, never);
    expect((await visibleIn(client, url)).sort()).toEqual(['a', 'b']);
    await queue.extend(await queue.receive(never), never);
    expect(await visibleIn(client, url)).toEqual([]);
    expect(server.actions.filter((action) => action === 'ChangeMessageVisibilityBatch')).toHaveLength(2);
  });

  it('that SQS does not extend is an error that says why', async () => {
    const { client, url, queue } = await queueOf();
    await sendAll(client, url, ['a']);
    const messages = await queue.receive(never);
    await queue.remove(messages, never);
    await expect(queue.extend(messages, never)).rejects.toThrow(/visibility of a message was not changed/);
  });
});

describe('remove', () => {
  it('deletes a batch in one call, and nothing else', async () => {
    const { server, client, url, queue } = await queueOf();
    await sendAll(
      client,
      url,
      Array.from({ length: 11 }, (_, index) => `body ${index}`),
    );
    const messages = await queue.receive(never);
    expect(await queue.remove(messages, never)).toEqual([]);
    expect(server.actions.filter((action) => action === 'DeleteMessageBatch')).toHaveLength(1);
    expect(await attributeOf(client, url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
    expect(await attributeOf(client, url, 'ApproximateNumberOfMessages')).toBe('1');
  });

  it('names the messages that SQS did not delete', async () => {
    const { client, url, queue } = await queueOf();
    await sendAll(client, url, ['a', 'b', 'c']);
    const messages = await queue.receive(never);
    // fauxqs deletes whatever it is asked to; SQS refuses single entries, as this answer does.
    client.middlewareStack.add(
      () => async () => ({
        response: undefined,
        output: {
          $metadata: {},
          Successful: [{ Id: '0' }, { Id: '2' }],
          Failed: [{ Id: '1', Code: 'ReceiptHandleIsInvalid', SenderFault: true }],
        },
      }),
      { step: 'initialize' },
    );
    expect(await queue.remove(messages, never)).toEqual([messages[1]?.id]);
  });
});

describe('a dead-letter queue', () => {
  it('is seen where the queue has one', async () => {
    const { client, url, queue } = await queueOf();
    expect(await queue.hasDeadLetterQueue(never)).toBe(false);
    const deadLetterTargetArn = await attributeOf(client, url, 'QueueArn');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: '5' });
    const other = await createQueue(client, 'with-dlq', { RedrivePolicy });
    expect(await createMessageQueue(client, other).hasDeadLetterQueue(never)).toBe(true);
  });
});
