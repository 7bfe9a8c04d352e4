import type { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { consume } from '../../../watcher/hearing/consumer.ts';
import type { MessageFate } from '../../../watcher/hearing/consumer-options.ts';
import { createMessageQueue, DEFAULT_VISIBILITY_SECONDS } from '../../../watcher/hearing/message-queue.ts';
import type { QueueHealth } from '../../../watcher/hearing/queue-state.ts';
import type { ReadMessage } from '../../../watcher/hearing/read-message.ts';

export interface Consuming {
  readonly handled: { readonly read: ReadMessage; readonly fate: MessageFate }[];
  readonly applied: ZoneSignal[];
  /** How the queue does, as last told. */
  health(): QueueHealth | undefined;
  /** Ends it; done when the batch at hand is dealt with. What is under way is cut off. */
  stop(): Promise<void>;
  /** Begins no poll any more; done when the one that is under way has ended by itself. */
  finish(): Promise<void>;
  readonly problems: { readonly where: string; readonly error: unknown }[];
  /** Makes `apply` fail from now on, or succeed again. */
  fail(failing: boolean): void;
  /** Makes `apply` wait until the returned function is called. */
  hold(): () => void;
}

/** Consumes a real queue until the test is over. */
export function consuming(client: SQSClient, queueUrl: string, visibilitySeconds?: number): Consuming {
  const handled: Consuming['handled'] = [];
  const applied: ZoneSignal[] = [];
  const problems: Consuming['problems'] = [];
  const stopping = new AbortController();
  const finishing = new AbortController();
  let failing = false;
  let health: QueueHealth | undefined;
  let held: Promise<void> | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener('abort', () => reject(new Error('stopping')));
  });
  stopped.catch(() => undefined);
  const done = consume(
    {
      queue: createMessageQueue(client, queueUrl, visibilitySeconds),
      visibilityMs: (visibilitySeconds ?? DEFAULT_VISIBILITY_SECONDS) * 1000,
      async apply({ signals }) {
        while (held !== undefined) await Promise.race([held, stopped]);
        if (failing) throw new Error('the record cannot be written');
        applied.push(...signals);
        return signals.map(() => 'applied');
      },
      onMessage: (read, fate) => handled.push({ read, fate }),
      onProblem: (where, error) => problems.push({ where, error }),
      onState(now) {
        health = now;
      },
    },
    finishing.signal,
    stopping.signal,
  );
  const stop = async () => {
    finishing.abort();
    stopping.abort();
    await done;
  };
  onTestFinished(stop);
  return {
    health: () => health,
    stop,
    finish() {
      finishing.abort();
      return done;
    },
    handled,
    applied,
    problems,
    fail(value) {
      failing = value;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
  };
}

/** An autoshift as EventBridge sends it. */
export function autoshift(zoneId: string): string {
  return JSON.stringify({
    version: '0',
    id: `event of ${zoneId}`,
    'detail-type': 'Autoshift In Progress',
    source: 'aws.arc-zonal-shift',
    account: '111122223333',
    time: '2026-11-21T04:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { version: '0.0.1', data: '', metadata: { awayFrom: zoneId, notes: '' } },
  });
}
