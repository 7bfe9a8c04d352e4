import { expect, it } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { writeRoomEvent } from '../../../watcher/listeners/write-room-event.ts';

function listening(fails = false) {
  const written: KubeObject[] = [];
  const problems: unknown[] = [];
  let nowMs = Date.parse('2026-11-21T12:00:00Z');
  const facts = new Facts();
  facts.listen(
    writeRoomEvent({
      client: {
        async create(_type, object) {
          if (fails) throw new Error('refused');
          written.push(object);
          return object;
        },
      },
      namespace: 'zonewarden',
      now: () => nowMs,
      onProblem: (error) => problems.push(error),
    }),
  );
  const drop = () => facts.tell('record-dropped', { zoneId: 'use1-az9', sources: 3 });
  return { written, problems, drop, pass: (ms: number) => (nowMs += ms) };
}

it('an Event of the record says that it had no room, once, and again after an hour', async () => {
  const { written, drop, pass } = listening();
  for (let count = 0; count < 1000; count += 1) drop();
  expect(written).toHaveLength(1);
  expect(written[0]).toMatchObject({
    reason: 'RecordFull',
    type: 'Warning',
    message: expect.stringContaining('3 sources of zone use1-az9'),
    involvedObject: { kind: 'ConfigMap', name: 'zonewarden-impaired-zones' },
  });
  pass(60 * 60_000);
  drop();
  expect(written).toHaveLength(2);
});

it('an Event that is refused is a trouble and nothing else', async () => {
  const { problems, drop } = listening(true);
  drop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(problems).toHaveLength(1);
});
