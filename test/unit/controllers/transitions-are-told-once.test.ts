import { expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { EMPTY_RECORD, type Transition, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createZoneEvents } from '../../../watcher/controllers/zone-events.ts';
import { sceneInMemory } from './scene-in-memory.ts';

function transition(n: number, to: Transition['to'], at = `2026-11-21T05:00:0${n}Z`): Transition {
  const from = to === 'impaired' ? 'healthy' : to === 'recovering' ? 'impaired' : 'recovering';
  return { n, at, zoneId: 'use1-az1', name: 'us-east-1a', from, to, because: 'autoshift', generation: n };
}

const recordOf = (...history: Transition[]): ZoneRecord => ({ ...EMPTY_RECORD, history });

/** Tells of a record's transitions, with an API server that takes Events unless the test says otherwise. */
function telling(record?: ZoneRecord) {
  const events: KubeObject[] = [];
  const failures: KubeError[] = [];
  const scene = sceneInMemory(record, {
    async create(_type, event) {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      events.push(event);
      return event;
    },
  });
  const controller = createZoneEvents(scene);
  return {
    scene,
    events,
    failures,
    controller,
    look: () => controller.reconcile(new AbortController().signal),
    /** The reasons of what was logged, and of the Events that were written. */
    said: () => [scene.heard.of('zone').map(({ reason }) => reason), events.map(({ reason }) => reason)],
  };
}

it('each transition is an Event of the record and a fact, in order, and the record says so', async () => {
  const { scene, events, look, said } = telling(
    recordOf(transition(1, 'impaired'), transition(2, 'recovering')),
  );
  await look();
  const reasons = ['ZoneImpaired', 'ZoneRecovering'];
  expect(said()).toEqual([reasons, reasons]);
  expect(events[0]).toMatchObject({
    ...{ kind: 'Event', metadata: { namespace: 'zonewarden' }, type: 'Warning' },
    involvedObject: { kind: 'ConfigMap', name: 'zonewarden-impaired-zones', namespace: 'zonewarden' },
    message: scene.heard.of('zone')[0]?.text,
    ...{ firstTimestamp: '2026-11-21T06:00:00.000Z', count: 1 },
  });
  expect(scene.records.stored.told).toBe(2);
});

it('one that needs no words is passed over, and counts as told', async () => {
  const { scene, look, said } = telling(recordOf({ ...transition(1, 'recorded'), from: 'healthy' }));
  await look();
  expect([...said(), scene.records.stored.told]).toEqual([[], [], 1]);
});

it('what the record says was told is not told again, by whichever leader', async () => {
  const { scene, look, said } = telling({
    ...recordOf(transition(1, 'impaired'), transition(2, 'recovering')),
    told: 1,
  });
  await look();
  await look();
  expect(said()).toEqual([['ZoneRecovering'], ['ZoneRecovering']]);
  expect(scene.records.writes).toHaveLength(1);
});

it('nor is what this leader told, while what it wrote is not seen yet', async () => {
  const { scene, look, said } = telling(recordOf(transition(1, 'impaired')));
  scene.records.lags = true;
  await look();
  // Somebody wrote before we did, and that is what is seen now.
  scene.records.seen(recordOf(transition(1, 'impaired'), transition(2, 'recovering')));
  await look();
  const reasons = ['ZoneImpaired', 'ZoneRecovering'];
  expect(said()).toEqual([reasons, reasons]);
});

it('a record that was made anew has transitions of its own, of whichever numbers', async () => {
  const { scene, look, said } = telling(recordOf(transition(1, 'impaired')));
  scene.records.lags = true;
  await look();
  scene.records.see(recordOf(transition(1, 'impaired', '2026-11-21T05:30:00Z')));
  await look();
  expect(said()[1]).toEqual(['ZoneImpaired', 'ZoneImpaired']);
});

it('an Event that cannot be written now is written by the next look, and nothing is told twice', async () => {
  const { scene, failures, look, said } = telling(recordOf(transition(1, 'impaired')));
  await look();
  scene.records.see({
    ...recordOf(transition(1, 'impaired'), transition(2, 'recovering'), transition(3, 'healthy')),
    told: 1,
  });
  failures.push(new KubeError('kube.unreachable', 'create'));
  await expect(look()).rejects.toMatchObject({ code: 'kube.unreachable' });
  expect(scene.records.stored.told).toBe(1);
  await look();
  const reasons = ['ZoneImpaired', 'ZoneRecovering', 'ZoneRecovered'];
  expect(said()).toEqual([reasons, reasons]);
  expect(scene.records.stored.told).toBe(3);
});

it.each(['kube.forbidden', 'kube.invalid'] as const)(
  'an Event that is refused (%s) is told as a failure, and not tried again',
  async (code) => {
    const { scene, failures, look, said } = telling(
      recordOf(transition(1, 'impaired'), transition(2, 'recovering')),
    );
    const refusal = new KubeError(code, 'create');
    failures.push(refusal);
    await look();
    await look();
    expect(said()).toEqual([['ZoneImpaired', 'ZoneRecovering'], ['ZoneRecovering']]);
    expect(scene.heard.of('failure')).toEqual([{ part: 'events', error: refusal }]);
    expect(scene.records.stored.told).toBe(2);
  },
);

it('without a record there is nothing to tell, and it is looked for when there is one', async () => {
  const { scene, look, said, controller } = telling();
  await look();
  expect(said()).toEqual([[], []]);
  expect(controller.wokenBy).toEqual([scene.record]);
});
