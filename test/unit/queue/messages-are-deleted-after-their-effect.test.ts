import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { consume } from '../../../watcher/hearing/consumer.ts';
import type { ConsumerOptions } from '../../../watcher/hearing/consumer-options.ts';
import type { MessageQueue, QueueMessage } from '../../../watcher/hearing/message-queue.ts';
import { QueueError } from '../../../watcher/hearing/queue-trouble.ts';
import { event, message } from './messages.ts';

/** What `receive` does the next time: it gives these messages, or it fails. */
type Step = readonly QueueMessage[] | Error;

interface Script {
  readonly steps: Step[];
  /** What is known of a dead-letter queue; in a list, one answer after the other. */
  readonly redrives?: boolean | Error | boolean[];
  readonly apply?: () => Promise<void>;
  readonly extend?: Error;
  readonly visibilityMs?: number;
  readonly remove?: (ids: readonly string[]) => readonly string[] | Error;
}

/** Consumes what the script gives; a long poll that never ends follows, during which `consume` is aborted. */
async function play(script: Script, onLine: (line: string) => void = () => undefined) {
  const log: string[] = [];
  const stop = new AbortController();
  const queue: MessageQueue = {
    async receive(signal) {
      const step = script.steps.shift();
      if (step instanceof Error) throw step;
      if (step !== undefined) return [...step];
      setImmediate(() => stop.abort());
      await wait(3_600_000, undefined, { signal });
      return [];
    },
    async remove(messages) {
      const ids = messages.map(({ id }) => id);
      const failed = script.remove?.(ids) ?? [];
      if (failed instanceof Error) throw failed;
      log.push(`delete ${messages.map(({ body }) => nameOf(body)).join(' ')}`);
      return [...failed];
    },
    async extend(messages) {
      log.push(`extend ${messages.map(({ body }) => nameOf(body)).join(' ')}`);
      onLine(log.at(-1) ?? '');
      if (script.extend instanceof Error) throw script.extend;
    },
    async release(messages) {
      log.push(`release ${messages.map(({ body }) => nameOf(body)).join(' ')}`);
    },
    async hasDeadLetterQueue() {
      if (script.redrives instanceof Error) throw script.redrives;
      if (Array.isArray(script.redrives)) return script.redrives.shift() ?? false;
      return script.redrives ?? false;
    },
  };
  const options: ConsumerOptions = {
    queue,
    visibilityMs: script.visibilityMs ?? 60_000,
    async apply({ signals, look, receivedAt }) {
      log.push(`apply ${signals.map(({ zoneId }) => zoneId).join(' ')}`);
      if (!look || Math.abs(Date.now() - receivedAt) > 60_000) log.push('heard something else');
      await script.apply?.();
      log.push('durable');
      return signals.map(() => 'applied');
    },
    onMessage: (read, fate) => log.push(`${nameOf(read.message.body)} ${fate}`),
    onProblem: (where) => log.push(`problem ${where}`),
  };
  await consume(options, stop.signal);
  return log;
}

function nameOf(body: string): string {
  return /use1-az\d/.exec(body)?.[0] ?? body;
}

const zone = (id: string) => message(JSON.stringify(event({ detail: { metadata: { awayFrom: id } } })));
const broken = new Error('broken');

describe('a batch', () => {
  it('is one write, and deleted after it was made durable', async () => {
    const apply = () => wait(5);
    const log = await play({ steps: [[zone('use1-az1'), zone('use1-az2')]], apply });
    expect(log).toEqual([
      'apply use1-az1 use1-az2',
      'durable',
      'delete use1-az1 use1-az2',
      'use1-az1 deleted',
      'use1-az2 deleted',
    ]);
  });

  it('is kept when its effect could not be made durable, except for what has none', async () => {
    const noted = message(JSON.stringify(event({ source: 'aws.health', detail: 'use1-az9' })));
    const apply = () => Promise.reject(broken);
    const log = await play({ steps: [[zone('use1-az1'), noted]], apply });
    expect(log).toEqual([
      'apply use1-az1',
      'problem apply',
      'use1-az1 kept',
      'delete use1-az9',
      'use1-az9 deleted',
    ]);
  });

  it('stays invisible to others for as long as its effect takes, also where SQS fails to extend it', async () => {
    let extended = 0;
    for (const extend of [undefined, broken]) {
      const apply = async () => {
        while (extended < 3) await wait(1);
      };
      extended = 0;
      const script: Script = {
        steps: [[zone('use1-az1')]],
        apply,
        visibilityMs: 4,
        ...(extend && { extend }),
      };
      const log = await play(script, (line) => {
        if (line.startsWith('extend')) extended += 1;
      });
      expect(log.slice(0, 2)).toEqual(['apply use1-az1', 'extend use1-az1']);
      expect(log.slice(-3)).toEqual(['durable', 'delete use1-az1', 'use1-az1 deleted']);
      expect(log.includes('problem extend')).toBe(extend !== undefined);
    }
  });

  it('that only says that something changed asks for a look, and is deleted after that', async () => {
    const news = message(
      JSON.stringify(event({ 'detail-type': 'Manual Shift Updated', detail: 'use1-az1' })),
    );
    const kept = await play({ steps: [[news]], apply: () => Promise.reject(broken) });
    expect(kept).toEqual(['apply ', 'problem apply', 'use1-az1 kept']);
    expect(await play({ steps: [[news]] })).toEqual([
      'apply ',
      'durable',
      'delete use1-az1',
      'use1-az1 deleted',
    ]);
  });

  it('that is empty asks for nothing', async () => {
    expect(await play({ steps: [[], []] })).toEqual([]);
  });
});

describe('a message that cannot be read', () => {
  it('is left to SQS where there is a dead-letter queue, and does not hold up the others', async () => {
    const log = await play({ steps: [[message('junk'), zone('use1-az1')]], redrives: true });
    expect(log).toEqual([
      'apply use1-az1',
      'durable',
      'junk redriven',
      'delete use1-az1',
      'use1-az1 deleted',
    ]);
  });

  it('is deleted where there is none, and where nobody may ask', async () => {
    expect(await play({ steps: [[message('junk')]], redrives: false })).toEqual([
      'delete junk',
      'junk deleted',
    ]);
    expect(await play({ steps: [[message('junk')]], redrives: broken })).toEqual([
      'problem attributes',
      'delete junk',
      'junk deleted',
    ]);
  });

  it('is asked about again when the queue is gone: it may be made anew without a dead-letter queue', async () => {
    const call = { action: 'ReceiveMessage', queueUrl: 'http://127.0.0.1/queue' } as const;
    const gone = new QueueError('queue.not-found', call, 'gone');
    const redrives = [true, false];
    const log = await play({ steps: [[message('junk 1')], gone, [message('junk 2')]], redrives });
    expect(log.filter((line) => line.startsWith('junk'))).toEqual(['junk 1 redriven', 'junk 2 deleted']);
    expect(redrives).toEqual([]);
  });
});

describe('a queue that fails', () => {
  it('is asked again', async () => {
    const log = await play({ steps: [broken, broken, [zone('use1-az1')]] });
    expect(log.slice(0, 2)).toEqual(['problem receive', 'problem receive']);
    expect(log.at(-1)).toBe('use1-az1 deleted');
  });

  it('to delete is reported for the messages that are still there', async () => {
    const [first, second] = [zone('use1-az1'), zone('use1-az2')];
    const some = await play({ steps: [[first, second]], remove: () => [second.id] });
    expect(some.slice(-2)).toEqual(['use1-az1 deleted', 'use1-az2 undeleted']);
    const all = await play({ steps: [[first, second]], remove: () => broken });
    expect(all.slice(-3)).toEqual(['problem delete', 'use1-az1 undeleted', 'use1-az2 undeleted']);
  });

  it('to wait for messages is not asked as fast as it answers', async () => {
    const stop = new AbortController();
    let polls = 0;
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const done = consume(
      {
        queue: {
          async receive() {
            polls += 1;
            await turn();
            return [];
          },
          remove: () => Promise.resolve([]),
          extend: () => Promise.resolve(),
          release: () => Promise.resolve(),
          hasDeadLetterQueue: () => Promise.resolve(false),
        },
        visibilityMs: 60_000,
        apply: () => Promise.resolve([]),
        onMessage() {},
        onProblem() {},
      },
      stop.signal,
    );
    // Without a pause there would be a poll in each turn.
    for (let turns = 0; turns < 200; turns += 1) await turn();
    expect(polls).toBeGreaterThan(0);
    expect(polls).toBeLessThan(100);
    stop.abort();
    await done;
  });

  it('is no reason to go on after an abort, and an abort is no problem', async () => {
    expect(await play({ steps: [] })).toEqual([]);
    const options: ConsumerOptions = {
      queue: {
        receive: () => Promise.reject(broken),
        remove: () => Promise.resolve([]),
        extend: () => Promise.resolve(),
        release: () => Promise.resolve(),
        hasDeadLetterQueue: () => Promise.resolve(false),
      },
      visibilityMs: 60_000,
      apply: () => Promise.resolve([]),
      onMessage() {},
      // Aborted during the back-off: the wait ends with it.
      onProblem: () => setImmediate(() => stop.abort()),
    };
    const stop = new AbortController();
    await consume(options, stop.signal);
    expect(stop.signal.aborted).toBe(true);
  });
});
