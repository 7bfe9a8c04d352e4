import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { autoshift, type Consuming, consuming } from './consuming.ts';
import {
  attributeOf,
  callSns,
  createQueue,
  type SqsServer,
  sendAll,
  sqsClient,
  startSqs,
  until,
  visibleIn,
} from './sqs-server.ts';

const zones = ({ applied }: Consuming) => applied.map(({ zoneId }) => zoneId);
const fates = ({ handled }: Consuming) => handled.map(({ read, fate }) => `${read.outcome} ${fate}`);

describe('a consumer of a real queue', () => {
  it('handles each message once, and leaves the queue empty', async () => {
    const client = sqsClient(await startSqs());
    const url = await createQueue(client, 'zonewarden');
    await sendAll(client, url, [autoshift('use1-az1'), 'junk', '{}', autoshift('use1-az2')]);
    const watched = consuming(client, url);
    await until(() => watched.handled.length === 4);
    expect(zones(watched).sort()).toEqual(['use1-az1', 'use1-az2']);
    expect(fates(watched).sort()).toEqual([
      'malformed deleted',
      'malformed deleted',
      'signals deleted',
      'signals deleted',
    ]);
    expect(await attributeOf(client, url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
    expect(await attributeOf(client, url, 'ApproximateNumberOfMessages')).toBe('0');
    expect(watched.problems).toEqual([]);
  });

  it('takes a message again whose effect could not be made durable', async () => {
    const client = sqsClient(await startSqs());
    const url = await createQueue(client, 'zonewarden');
    const watched = consuming(client, url, 1);
    watched.fail(true);
    await sendAll(client, url, [autoshift('use1-az1')]);
    await until(() => fates(watched).includes('signals kept'));
    watched.fail(false);
    await until(() => fates(watched).includes('signals deleted'));
    expect(zones(watched)).toEqual(['use1-az1']);
    expect(watched.problems.map(({ where }) => where)).toContain('apply');
  });

  it('keeps a message from others for as long as its effect takes, longer than it would be invisible', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    const slow = consuming(client, url, 1);
    const release = slow.hold();
    await sendAll(client, url, [autoshift('use1-az1')]);
    const extensions = () => server.actions.filter((action) => action.startsWith('ChangeMessageVisibility'));
    await until(() => extensions().length >= 1);
    const other = consuming(sqsClient(server), url, 1);
    // Each extension is half of the time: by then it would have been visible twice.
    await until(() => extensions().length >= 5);
    expect(other.handled).toEqual([]);
    release();
    await until(() => fates(slow).includes('signals deleted'));
    expect([zones(slow), zones(other)]).toEqual([['use1-az1'], []]);
  });

  it('says that its queue was deleted, and reads the one that is made in its place', async () => {
    const client = sqsClient(await startSqs());
    const url = await createQueue(client, 'zonewarden');
    const watched = consuming(client, url);
    await sendAll(client, url, [autoshift('use1-az1')]);
    await until(() => zones(watched).includes('use1-az1'));
    await client.send(new DeleteQueueCommand({ QueueUrl: url }));
    await until(() => watched.problems.some(({ where }) => where === 'receive'));
    expect(await createQueue(client, 'zonewarden')).toBe(url);
    await sendAll(client, url, [autoshift('use1-az2')]);
    await until(() => zones(watched).includes('use1-az2'));
  });

  it('leaves what it cannot read to the dead-letter queue, and reads on', async () => {
    const client = sqsClient(await startSqs());
    const dead = await createQueue(client, 'zonewarden-dlq');
    const deadLetterTargetArn = await attributeOf(client, dead, 'QueueArn');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: '2' });
    const url = await createQueue(client, 'zonewarden', { RedrivePolicy });
    const watched = consuming(client, url, 1);
    await sendAll(client, url, ['junk', autoshift('use1-az1')]);
    await until(async () => (await visibleIn(client, dead)).includes('junk'));
    expect(zones(watched)).toEqual(['use1-az1']);
    const junk = fates(watched).filter((fate) => fate.startsWith('malformed'));
    expect(junk).toEqual(['malformed redriven', 'malformed redriven']);
  });

  it('sees that a queue which was made in the place of another has a dead-letter queue', async () => {
    const client = sqsClient(await startSqs());
    const dead = await createQueue(client, 'zonewarden-dlq');
    const deadLetterTargetArn = await attributeOf(client, dead, 'QueueArn');
    const url = await createQueue(client, 'zonewarden');
    const watched = consuming(client, url, 1);
    await sendAll(client, url, ['junk 1']);
    await until(() => fates(watched).includes('malformed deleted'));
    await client.send(new DeleteQueueCommand({ QueueUrl: url }));
    await until(() => watched.problems.some(({ where }) => where === 'receive'));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: '1' });
    await createQueue(client, 'zonewarden', { RedrivePolicy });
    await sendAll(client, url, ['junk 2']);
    await until(async () => (await visibleIn(client, dead)).includes('junk 2'));
    expect(fates(watched)).toEqual(['malformed deleted', 'malformed redriven']);
  });

  it('says that the queue does not exist, and takes messages once it does', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = `http://sqs.us-east-1.localhost:${server.port}/000000000000/zonewarden`;
    const watched = consuming(client, url);
    const missing = () => watched.problems.filter(({ where }) => where === 'receive');
    await until(() => missing().length >= 2);
    expect(missing()[0]?.error).toMatchObject({ code: 'queue.not-found' });
    expect(await createQueue(client, 'zonewarden')).toBe(url);
    await sendAll(client, url, [autoshift('use1-az1')]);
    await until(() => zones(watched).includes('use1-az1'));
  });

  it('takes messages again from a server that was killed during a long poll and started again', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    const watched = consuming(client, url);
    await until(() => server.actions.includes('ReceiveMessage'));
    await server.stop();
    await until(() => watched.problems.some(({ where }) => where === 'receive'));
    const again = await startSqs(server.port);
    expect(await createQueue(sqsClient(again), 'zonewarden')).toBe(url);
    await sendAll(client, url, [autoshift('use1-az1')]);
    await until(() => zones(watched).includes('use1-az1'));
    await until(() => fates(watched).includes('signals deleted'));
  });

  it('shares a queue with others: each message is handled by one of them', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    const replicas = [
      consuming(client, url),
      consuming(sqsClient(server), url),
      consuming(sqsClient(server), url),
    ];
    const sent = Array.from({ length: 60 }, (_, index) => `use1-az${index}`);
    await sendAll(client, url, sent.map(autoshift));
    await until(() => replicas.flatMap(zones).length >= sent.length);
    await until(
      async () => (await attributeOf(client, url, 'ApproximateNumberOfMessagesNotVisible')) === '0',
    );
    expect(replicas.flatMap(zones).sort()).toEqual([...sent].sort());
  });
});

describe('trouble with SQS', () => {
  it.each([
    ['5xx', 'unavailable'],
    ['connections that are reset', 'reset'],
    ['answers that are no JSON', 'garbage'],
    ['credentials that expired', 'expired'],
    ['a denial', 'denied'],
  ] as const)('%s: it is told, and over when it is over', async (_, trouble) => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    await sendAll(client, url, [autoshift('use1-az1')]);
    server.fail(trouble);
    const watched = consuming(client, url);
    await until(() => watched.problems.filter(({ where }) => where === 'receive').length >= 2);
    const receive = () => watched.health()?.troubles.find(({ where }) => where === 'receive');
    expect(receive()).toMatchObject({ over: false });
    expect(receive()?.error).not.toBe('');
    expect(watched.health()?.lastReceiveMs).toBeUndefined();
    server.fail(undefined);
    await until(() => fates(watched).includes('signals deleted'));
    expect(receive()).toMatchObject({ over: true });
    expect(watched.health()?.lastReceiveMs).toBeGreaterThan(0);
    expect(zones(watched)).toEqual(['use1-az1']);
  });

  it('that keeps a message from being deleted lets it come again, and it is deleted then', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    await sendAll(client, url, [autoshift('use1-az1')]);
    server.fail('unavailable', 'DeleteMessageBatch');
    const watched = consuming(client, url, 1);
    await until(() => fates(watched).includes('signals undeleted'));
    server.fail(undefined);
    await until(() => fates(watched).includes('signals deleted'));
    expect(await attributeOf(client, url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
  });

  it('that keeps a message from being extended is told, and the message is dealt with all the same', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    await sendAll(client, url, [autoshift('use1-az1')]);
    server.fail('denied', 'ChangeMessageVisibilityBatch');
    const watched = consuming(client, url, 1);
    const release = watched.hold();
    await until(() => watched.problems.some(({ where }) => where === 'extend'));
    release();
    await until(() => fates(watched).includes('signals deleted'));
  });

  it('that forbids to ask for the dead-letter queue is told once, and what cannot be read is deleted', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    server.fail('denied', 'GetQueueAttributes');
    const watched = consuming(client, url);
    for (const body of ['junk 1', 'junk 2', 'junk 3']) {
      await sendAll(client, url, [body]);
      await until(() => watched.handled.some(({ read }) => read.message.body === body));
    }
    expect(fates(watched)).toEqual(Array.from({ length: 3 }, () => 'malformed deleted'));
    expect(watched.problems.map(({ where }) => where)).toEqual(['attributes']);
    expect(watched.health()?.troubles).toMatchObject([{ where: 'attributes', over: false }]);
  });
});

describe('a queue behind SNS', () => {
  /** A topic, with the queue subscribed to it; publishes one message. */
  async function publishTo(
    server: SqsServer,
    queueArn: string,
    raw: boolean,
    message: string,
  ): Promise<void> {
    const created = await callSns(server, 'CreateTopic', { Name: 'zonal-shift' });
    const TopicArn = /<TopicArn>([^<]+)</.exec(created)?.[1] ?? '';
    await callSns(server, 'Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      'Attributes.entry.1.key': 'RawMessageDelivery',
      'Attributes.entry.1.value': String(raw),
    });
    await callSns(server, 'Publish', { TopicArn, Message: message });
  }

  it.each([
    ['as it is, with raw delivery', true, 'raw'],
    ['out of its envelope, without raw delivery', false, 'sns'],
  ] as const)('gives the event %s', async (_, raw, form) => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    const watched = consuming(client, url);
    await publishTo(server, await attributeOf(client, url, 'QueueArn'), raw, autoshift('use1-az1'));
    await until(() => watched.handled.length === 1);
    expect(watched.handled[0]).toMatchObject({ fate: 'deleted', read: { outcome: 'signals', form } });
    expect(zones(watched)).toEqual(['use1-az1']);
  });
});
