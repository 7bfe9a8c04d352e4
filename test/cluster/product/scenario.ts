import { autoshiftEvent } from '../../../demo/events.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { stateOfPool } from '../../../shared/enforcement/standing.ts';
import { zoneRequirements } from '../../../shared/enforcement/zone-constraints.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { decodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import { effectiveAt } from '../../../shared/record/zone-record.ts';
import { nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import type { Installation } from '../../installation/installation.ts';
import { until } from '../../installation/until.ts';

/** What the cluster tests do to an installed product, and what they look at. */

export const AWAY = { id: 'use1-az1', name: 'us-east-1a' };
export const THREE = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
export const TWO = ['us-east-1b', 'us-east-1c'];

let clock = Date.now();
/** Events carry seconds: each that a test sends is later than the one before. */
function nextSecond(): Date {
  clock = Math.max(clock + 1000, Date.now());
  return new Date(clock);
}

export async function shiftAway(installation: Installation, zoneId = AWAY.id): Promise<void> {
  await installation.queue.send(autoshiftEvent('Autoshift In Progress', zoneId, nextSecond()));
  await until(`${zoneId} is in the record`, async () => (await recordOf(installation))[zoneId] !== undefined);
}

export async function shiftBack(installation: Installation, zoneId = AWAY.id): Promise<void> {
  await installation.queue.send(autoshiftEvent('Autoshift Completed', zoneId, nextSecond()));
  await until(
    `${zoneId} is out of the record`,
    async () => (await recordOf(installation))[zoneId] === undefined,
  );
}

/** A zonal shift of a resource beside an autoshift, or its end, until the record has it. */
export async function zonalShift(
  installation: Installation,
  type: 'Manual Shift Started' | 'Manual Shift Canceled',
  zoneId = AWAY.id,
): Promise<void> {
  const autoshift: object = JSON.parse(autoshiftEvent('Autoshift In Progress', zoneId, nextSecond()));
  const resources = ['the-cluster'];
  await installation.queue.send(JSON.stringify({ ...autoshift, 'detail-type': type, resources }));
  const isThere = type === 'Manual Shift Started';
  await until(
    `${zoneId} is away because of ${isThere ? 'it too' : 'other reasons alone'}`,
    async () => (await recordOf(installation))[zoneId]?.includes('zonal-shift') === isThere,
  );
}

/** The data of the ConfigMap: one key a zone ID. */
export async function recordOf({ client }: Installation): Promise<Record<string, string>> {
  const found = await client.get(resources.configMaps, { namespace: 'zonewarden', name: RECORD_NAME });
  return (found.data as Record<string, string> | undefined) ?? {};
}

/** Every NodePool is stored as the record asks for: nothing is left for the watcher to nudge. */
export async function untilSettled({ client }: Installation): Promise<void> {
  await until('every NodePool is settled', async () => {
    const stored = await client.get(resources.configMaps, { namespace: 'zonewarden', name: RECORD_NAME });
    const { metadata, data } = stored;
    const set = effectiveAt(decodeRecord({ annotations: metadata.annotations, data }).record, Date.now());
    const { items } = await client.listAll(resources.nodePools);
    return items.every(
      (pool) => stateOfPool(nodePoolSchema.parse(pool), set, DEFAULT_ENFORCEMENT) === 'settled',
    );
  });
}

export function poolNamed({ client }: Installation, name: string): Promise<KubeObject> {
  return client.get(resources.nodePools, { name });
}

/** Every requirement on a zone that is stored. */
export function zonesOf(pool: KubeObject): readonly object[] {
  return zoneRequirements(requirementsOf(nodePoolSchema.parse(pool)));
}

export async function untilZones(
  installation: Installation,
  name: string,
  expected: readonly object[],
): Promise<KubeObject> {
  const text = JSON.stringify(expected);
  const found = await until(`NodePool ${name} is ${text}`, async () => {
    const pool = await poolNamed(installation, name);
    return JSON.stringify(zonesOf(pool)) === text ? pool : undefined;
  });
  return found.value;
}
