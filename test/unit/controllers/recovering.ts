import type { KubeObject } from '../../../shared/kube/object.ts';
import type { ZoneState } from '../../../shared/record/orders.ts';
import type { RecordedZone, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { readClaim } from '../../../shared/views/node-claim.ts';
import { createRecover } from '../../../watcher/controllers/recover.ts';
import { sceneInMemory } from './scene-in-memory.ts';

/** A zone that recovers, and the claims in it. */

type Condition = { type: string; status: string; reason?: string };

export const IN_ZONE = {
  'topology.kubernetes.io/zone': 'us-east-1a',
  'topology.k8s.aws/zone-id': 'use1-az1',
};

export function claim(name: string, ...conditions: Condition[]) {
  return readClaim({ metadata: { name, labels: IN_ZONE }, status: { conditions } });
}

export function claimOf(nodePool: string, ...conditions: Condition[]) {
  const labels = { ...IN_ZONE, 'karpenter.sh/nodepool': nodePool };
  return readClaim({ metadata: { name: `${nodePool}-1`, labels }, status: { conditions } });
}

export const drifted = (reason: string, status = 'True'): Condition => ({ type: 'Drifted', status, reason });

export const source = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };
const NAMES: Readonly<Record<string, string>> = { 'use1-az1': 'us-east-1a' };

export function recordOf(
  generation: number,
  ...zones: readonly (readonly [string, ZoneState])[]
): ZoneRecord {
  const recorded = zones.map(([id, state]): RecordedZone => {
    const name = NAMES[id];
    const sources = state === 'impaired' ? [source] : [];
    return { id, ...(name === undefined ? {} : { name }), state, sources };
  });
  return { generation, zones: recorded, ended: {} };
}

export const NOON = Date.parse('2026-11-21T12:00:00Z');

/** Looks at a record now and then, by a clock that only the test moves. */
export function recovering(record: ZoneRecord) {
  /** What the API server says when it is asked for the zone's claims, and what it was asked. */
  const asked: (string | undefined)[] = [];
  const listed = { answer: async (): Promise<KubeObject[]> => [] };
  const scene = sceneInMemory(record, {
    async list(_type, query) {
      asked.push(query?.labelSelector);
      return { metadata: {}, items: await listed.answer() };
    },
  });
  let nowMs = NOON;
  scene.now = () => nowMs;
  const controller = createRecover(scene);
  const { heard, records, progress } = scene;
  return {
    ...{ scene, controller, asked, listed },
    /** The set of that generation has reached all NodePools. */
    settle: (generation: number) => progress.poolsLookedAt({ generation, unsettled: 0, ahead: 0 }, nowMs),
    /** Looks so many milliseconds after noon. */
    async lookAt(ms: number, seen?: ZoneRecord) {
      nowMs = NOON + ms;
      if (seen !== undefined) records.see(seen);
      await controller.reconcile(new AbortController().signal);
    },
    told: () => heard.of('recovered').map(({ zoneId, why }) => `${zoneId} ${why}`),
    left: () => records.stored.zones.map(({ id }) => id),
  };
}

export const BACK = recordOf(1, ['use1-az1', 'recovering']);
