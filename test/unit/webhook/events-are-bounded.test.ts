import { afterEach, expect, it, vi } from 'vitest';
import type { KubeClient } from '../../../shared/kube/client.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import type { NodePoolEvent } from '../../../webhook/admission/nodepool-event.ts';
import { createEventWriter, type EventResult } from '../../../webhook/events/event-writer.ts';

const event = (message: string, name = 'web'): NodePoolEvent => ({
  type: 'Warning',
  reason: 'PolicyViolation',
  message,
  about: { kind: 'NodePool', name, uid: 'u-1' },
});

afterEach(() => void vi.useRealTimers());

/** A writer whose API server answers as `create` does; its clock stands until a test moves it. */
function start(create: () => Promise<void> = async () => {}, tuning = {}) {
  const written: KubeObject[] = [];
  const results: EventResult[] = [];
  const begun: string[] = [];
  const clock = { ms: Date.parse('2026-11-21T12:00:00Z') };
  const client: Pick<KubeClient, 'create'> = {
    async create(_type, object) {
      begun.push(String(object.message));
      await create();
      written.push(object);
      return object;
    },
  };
  const writer = createEventWriter({
    client,
    now: () => clock.ms,
    onResult: (_event, result) => void results.push(result),
    tuning: { restMs: 0, ...tuning },
  });
  return { writer, begun, written, results, clock };
}

it('writes what the API server takes as an Event of an object without a namespace', async () => {
  const { writer, written } = start();
  writer.tell([event('one type')]);
  await vi.waitFor(() => expect(written).toHaveLength(1));
  expect(written[0]).toMatchObject({
    kind: 'Event',
    metadata: { generateName: 'zonewarden.', namespace: 'default' },
    involvedObject: { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'web', uid: 'u-1' },
    reason: 'PolicyViolation',
    type: 'Warning',
    message: 'one type',
    firstTimestamp: '2026-11-21T12:00:00.000Z',
    count: 1,
  });
  await writer.stop();
});

it('tells the same once, until it is quiet for long enough', async () => {
  const { writer, written, results, clock } = start();
  writer.tell([event('a'), event('a'), event('b'), event('a', 'other')]);
  await vi.waitFor(() => expect(written).toHaveLength(3));
  expect(results.filter((result) => result === 'repeated')).toHaveLength(1);
  clock.ms += 599_999;
  writer.tell([event('a')]);
  expect(results.filter((result) => result === 'repeated')).toHaveLength(2);
  clock.ms += 1;
  writer.tell([event('a')]);
  await vi.waitFor(() => expect(written).toHaveLength(4));
  await writer.stop();
});

it('drops what is too much, in the queue and in ten minutes, and does not wait', async () => {
  const gate = Promise.withResolvers<void>();
  const { writer, begun, written, results } = start(() => gate.promise, { mostWaiting: 2, mostTold: 4 });
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  writer.tell([event('first')]);
  await vi.waitFor(() => expect(begun).toEqual(['first']));
  writer.tell(names.map((name) => event(name)));
  // One is being written, two wait.
  expect(results).toEqual(['dropped', 'dropped', 'dropped', 'dropped']);
  gate.resolve();
  await vi.waitFor(() => expect(written).toHaveLength(3));
  writer.tell(names.map((name) => event(name)));
  await vi.waitFor(() => expect(written).toHaveLength(4));
  expect(results.filter((result) => result === 'repeated')).toHaveLength(2);
  await writer.stop();
});

it('counts a write that fails, and goes on', async () => {
  let failures = 1;
  const { writer, written, results } = start(async () => {
    failures -= 1;
    if (failures >= 0) throw new Error('no room');
  });
  writer.tell([event('a'), event('b')]);
  await vi.waitFor(() => expect(written).toHaveLength(1));
  expect(results).toEqual(['failed', 'written']);
  await writer.stop();
});

it('begins when nothing was told for a moment, and tells when it happened', async () => {
  vi.useFakeTimers();
  const { writer, written, clock } = start(undefined, { restMs: 100 });
  writer.tell([event('a')]);
  await vi.advanceTimersByTimeAsync(60);
  clock.ms += 60;
  writer.tell([event('b')]);
  await vi.advanceTimersByTimeAsync(99);
  expect(written).toEqual([]);
  clock.ms += 5000;
  await vi.advanceTimersByTimeAsync(1);
  expect(written.map(({ message, firstTimestamp }) => [message, firstTimestamp])).toEqual([
    ['a', '2026-11-21T12:00:00.000Z'],
    ['b', '2026-11-21T12:00:00.060Z'],
  ]);
  await writer.stop();
});

it('begins after five seconds, also where writes never end', async () => {
  vi.useFakeTimers();
  const { writer, written } = start(undefined, { restMs: 100 });
  for (let write = 0; write < 100; write += 1) {
    writer.tell([event(`write ${write}`)]);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(written).toHaveLength(100);
  await writer.stop();
});

it('writes at its end what has not begun', async () => {
  const { writer, results } = start(undefined, { restMs: 60_000 });
  writer.tell([event('a'), event('b')]);
  await writer.stop();
  expect(results).toEqual(['written', 'written']);
});

it('drops at its end what takes too long', async () => {
  vi.useFakeTimers();
  const { writer, results } = start(() => new Promise(() => undefined), { restMs: 0 });
  writer.tell([event('a'), event('b')]);
  void writer.stop();
  await vi.advanceTimersByTimeAsync(1999);
  expect(results).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(results).toEqual(['dropped']);
});

it('writes nothing more after its end', async () => {
  const { writer, written, results } = start();
  await writer.stop();
  writer.tell([event('a')]);
  expect(results).toEqual(['dropped']);
  expect(written).toEqual([]);
});
