import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ImpairedRecord, RecordedState, RecordedZone } from '../../shared/record/impaired-record.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';

/** What `kubectl describe configmap zonewarden-impaired-zones` shows: one entry a change of a zone. */
export interface ZoneEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'ZoneImpaired' | 'ZoneHeldBack' | 'ZoneRecovering' | 'ZoneRecovered';
  readonly message: string;
}

/** What to tell of two records, one after the other. Pure. */
export function zoneEvents(before: ImpairedRecord | undefined, after: ImpairedRecord): ZoneEvent[] {
  const was = new Map(before?.zones.map((zone) => [zone.id, zone.state]));
  const is = new Map(after.zones.map((zone) => [zone.id, zone.state]));
  const changed = after.zones.flatMap((zone) =>
    was.get(zone.id) === zone.state ? [] : (eventFor(zone, was.get(zone.id)) ?? []),
  );
  const gone = (before?.zones ?? []).flatMap((zone) =>
    zone.state === 'recovering' && !isEnforced(is.get(zone.id)) ? [recovered(zone)] : [],
  );
  return [...changed, ...gone];
}

function eventFor(zone: RecordedZone, was: RecordedState | undefined): ZoneEvent | undefined {
  const sources = zone.sources.map(({ kind, since }) => `${kind} since ${since}`).join(', ');
  const name = nameOf(zone);
  if (zone.state === 'impaired') {
    return {
      type: 'Warning',
      reason: 'ZoneImpaired',
      message: `${name} is impaired (${sources}): NodePools and NodeClaims are kept out of it`,
    };
  }
  if (zone.state === 'held' && was !== 'recovering') {
    return {
      type: 'Warning',
      reason: 'ZoneHeldBack',
      message:
        `${name} would be impaired (${sources}) and the guard holds that back: too few zones would be left. ` +
        'See maxImpairedZones in docs/rules.md',
    };
  }
  if (zone.state === 'recovering') {
    return {
      type: 'Normal',
      reason: 'ZoneRecovering',
      message: `${name} is given back; disruption stays frozen until its nodes are no longer drifted`,
    };
  }
  return undefined;
}

function recovered(zone: RecordedZone): ZoneEvent {
  return {
    type: 'Normal',
    reason: 'ZoneRecovered',
    message: `${nameOf(zone)} is back, and the freeze is gone`,
  };
}

function isEnforced(state: RecordedState | undefined): boolean {
  return state === 'impaired' || state === 'recovering';
}

function nameOf({ id, name }: RecordedZone): string {
  return name === undefined ? `zone ${id}` : `zone ${name} (${id})`;
}

/** Writes an Event about the record. @throws KubeError */
export async function writeZoneEvent(
  client: Pick<KubeClient, 'create'>,
  namespace: string,
  event: ZoneEvent,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const time = now.toISOString();
  await client.create(
    resources.events,
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${RECORD_NAME}.`, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name: RECORD_NAME, namespace },
      type: event.type,
      reason: event.reason,
      message: event.message,
      source: { component: 'zonewarden-watcher' },
      reportingComponent: 'zonewarden-watcher',
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    },
    { signal },
  );
}
