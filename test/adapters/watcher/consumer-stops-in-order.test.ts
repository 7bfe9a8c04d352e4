import { describe, expect, it } from 'vitest';
import { autoshift, type Consuming, consuming } from './consuming.ts';
import { attributeOf, createQueue, sendAll, sqsClient, startSqs, until, visibleIn } from './sqs-server.ts';

const zones = ({ applied }: Consuming) => applied.map(({ zoneId }) => zoneId);
const fates = ({ handled }: Consuming) => handled.map(({ read, fate }) => `${read.outcome} ${fate}`);

describe('a consumer that is told to stop', () => {
  it('does so during a long poll, without trouble', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const watched = consuming(client, await createQueue(client, 'zonewarden'));
    await until(() => server.actions.includes('ReceiveMessage'));
    await watched.stop();
    expect(watched.problems).toEqual([]);
    expect(watched.health()?.troubles).toEqual([]);
  });

  it('deals with what the poll under way still brings, and begins no other', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    const watched = consuming(client, url);
    await until(() => server.actions.includes('ReceiveMessage'));
    const finished = watched.finish();
    await sendAll(client, url, [autoshift('use1-az1')]);
    await finished;
    expect(zones(watched)).toEqual(['use1-az1']);
    expect(fates(watched)).toEqual(['signals deleted']);
    await sendAll(client, url, [autoshift('use1-az2')]);
    expect(await visibleIn(client, url)).toHaveLength(1);
    expect(watched.problems).toEqual([]);
  });

  it('gives back what it has not made durable: another has it at once', async () => {
    const server = await startSqs();
    const client = sqsClient(server);
    const url = await createQueue(client, 'zonewarden');
    await sendAll(client, url, [autoshift('use1-az1')]);
    // The test's time limit is far below the visibility timeout.
    const stopping = consuming(client, url, 3600);
    stopping.hold();
    await until(
      async () => (await attributeOf(client, url, 'ApproximateNumberOfMessagesNotVisible')) === '1',
    );
    const other = consuming(sqsClient(server), url, 3600);
    await stopping.stop();
    expect(fates(stopping)).toEqual(['signals kept']);
    await until(() => fates(other).includes('signals deleted'));
    expect([zones(stopping), zones(other)]).toEqual([[], ['use1-az1']]);
  });
});
