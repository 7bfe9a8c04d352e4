import type { Tell } from '../../shared/facts/facts.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import { eventObject } from '../../shared/kube/event-object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';
import { toldUpTo } from '../../shared/record/told-up-to.ts';
import { transitionsAfter } from '../../shared/record/transitions-after.ts';
import { type ZoneEvent, zoneEventOf } from '../../shared/record/zone-event.ts';
import type { Transition } from '../../shared/record/zone-record.ts';
import type { Controller } from '../term/controller.ts';
import type { TermScene } from '../term/scene.ts';

const COMPONENT = 'zonewarden-watcher';
const WRITE_TIMEOUT_MS = 5000;
const LOOK_EVERY_MS = 60_000;

type Scene = Pick<TermScene, 'client' | 'namespace' | 'records' | 'record' | 'facts' | 'now'>;

/**
 * Tells of each transition in the record's history that was not told yet, as an Event of the record and a log line. Which
 * was the last stands in the record: a leader that dies in between leaves the rest to the next one, which may tell one
 * twice.
 */
export function createZoneEvents(scene: Scene): Controller {
  /** How far this term came with those that the record, as it is seen, has as untold: it lags behind our own write. */
  const begun = new Map<string, 'logged' | 'written'>();
  return {
    name: 'zone-events',
    rank: 'shift',
    wokenBy: [scene.record],
    async reconcile(signal) {
      const record = scene.record.current();
      const untold = record === undefined ? [] : transitionsAfter(record, record.told ?? 0);
      const keys = new Set(untold.map(keyOf));
      for (const key of begun.keys()) if (!keys.has(key)) begun.delete(key);
      for (const transition of untold) await tellTransition(scene, transition, begun, signal);
      const last = untold.at(-1)?.n;
      if (last !== undefined) await scene.records.update((stored) => toldUpTo(stored, last), signal);
      return { againInMs: LOOK_EVERY_MS };
    },
  };
}

/** A record that was made anew may have other transitions of the same numbers. */
function keyOf({ n, at, zoneId }: Transition): string {
  return `${n} ${at} ${zoneId}`;
}

async function tellTransition(
  scene: Scene,
  transition: Transition,
  begun: Map<string, 'logged' | 'written'>,
  signal: AbortSignal,
): Promise<void> {
  const event = zoneEventOf(transition);
  const key = keyOf(transition);
  if (event === undefined || begun.get(key) === 'written') return;
  const { type, reason, message: text } = event;
  if (!begun.has(key)) scene.facts.tell('zone', { type, reason, text });
  begun.set(key, 'logged');
  await writeEvent(scene, event, signal, scene.facts.tell);
  begun.set(key, 'written');
}

/** What the API server refuses is not tried again: the log has it too. @throws KubeError for what may pass */
async function writeEvent(
  { client, namespace, now }: Scene,
  { type, reason, message }: ZoneEvent,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const involvedObject = { apiVersion: 'v1', kind: 'ConfigMap', name: RECORD_NAME, namespace };
  const content = { type, reason, message, involvedObject, component: COMPONENT };
  const event = eventObject({ namespace, prefix: RECORD_NAME }, content, new Date(now()));
  try {
    await client.create(resources.events, event, { signal, timeoutMs: WRITE_TIMEOUT_MS });
  } catch (error) {
    const isRefused = error instanceof KubeError && ['kube.forbidden', 'kube.invalid'].includes(error.code);
    if (signal.aborted || !isRefused) throw error;
    tell('failure', { part: 'events', error });
  }
}
