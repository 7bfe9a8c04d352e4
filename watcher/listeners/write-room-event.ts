import type { FactListener } from '../../shared/facts/facts.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { eventObject } from '../../shared/kube/event-object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';

/** Whoever fills the record goes on doing so; people read it once. */
const AGAIN_AFTER_MS = 60 * 60_000;
const WRITE_TIMEOUT_MS = 5000;

/**
 * Says in an Event of the record that it had no room: once, and again after an hour. Metric and log have each one; the
 * Event is for who looks at the ConfigMap. It is not tried again.
 */
export function writeRoomEvent(options: {
  readonly client: Pick<KubeClient, 'create'>;
  readonly namespace: string;
  /** In ms since 1970. */
  now(): number;
  onProblem(error: unknown): void;
}): FactListener {
  const { client, namespace, now, onProblem } = options;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    hear(told) {
      if (told.name !== 'record-dropped' || now() - toldAtMs < AGAIN_AFTER_MS) return;
      toldAtMs = now();
      const { zoneId, sources } = told.fact;
      const content = {
        type: 'Warning' as const,
        reason: 'RecordFull',
        message:
          `the record had no room for ${sources} sources of zone ${zoneId}; what counts least went. Look who may ` +
          'write to the queue: docs/sources.md',
        involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name: RECORD_NAME, namespace },
        component: 'zonewarden-watcher',
      };
      const event = eventObject({ namespace, prefix: RECORD_NAME }, content, new Date(now()));
      client.create(resources.events, event, { timeoutMs: WRITE_TIMEOUT_MS }).catch(onProblem);
    },
  };
}
