import { describe, expect, it } from 'vitest';
import type { KubeClient, KubeObject } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { ImpairedSet, ImpairedZone, ZoneState } from '../../../shared/record/impaired-set.ts';
import { driftedClaims, RECOVERY_LIMIT_MS, RecoveringZones } from '../../../watcher/leader/recovery.ts';

const never = new AbortController().signal;
const zone: ImpairedZone = { id: 'use1-az1', name: 'us-east-1a', state: 'recovering', sources: [] };
const nameless: ImpairedZone = { id: 'use1-az1', state: 'recovering', sources: [] };

type Condition = { type: string; status: string; reason?: string };

function claim(name: string, ...conditions: Condition[]): KubeObject {
  return { metadata: { name }, status: { conditions } };
}

const drifted = (reason: string, status = 'True'): Condition => ({ type: 'Drifted', status, reason });

/** A client that lists these claims, and what it was asked for. */
function listing(items: KubeObject[]) {
  const asked: unknown[] = [];
  const client: Pick<KubeClient, 'listAll'> = {
    async listAll(type, query) {
      asked.push([type, query]);
      return { metadata: {}, items };
    },
  };
  return { client, asked };
}

describe('the claims of a zone that are drifted because of us', () => {
  it('are asked for by the zone name, and by the zone ID where the name is not known', async () => {
    const { client, asked } = listing([]);
    await driftedClaims(client, zone, never);
    await driftedClaims(client, nameless, never);
    expect(asked).toEqual([
      [resources.nodeClaims, { labelSelector: 'topology.kubernetes.io/zone=us-east-1a' }],
      [resources.nodeClaims, { labelSelector: 'topology.k8s.aws/zone-id=use1-az1' }],
    ]);
  });

  it('are those whose NodePool excludes them by its requirements', async () => {
    const { client } = listing([
      claim('ours', { type: 'Ready', status: 'True' }, drifted('RequirementsDrifted')),
      claim('owner', drifted('NodePoolDrifted')),
      claim('image', drifted('AMIDrift')),
      claim('cleared', drifted('RequirementsDrifted', 'False')),
      claim('unknown', drifted('RequirementsDrifted', 'Unknown')),
      claim('other', { type: 'Consolidatable', status: 'True', reason: 'RequirementsDrifted' }),
      claim('no-reason', { type: 'Drifted', status: 'True' }),
      claim('healthy'),
      { metadata: { name: 'new' } },
      { metadata: { name: 'empty' }, status: {} },
    ]);
    expect(await driftedClaims(client, zone, never)).toEqual(['ours']);
  });

  it('are none where there are no NodeClaims at all', async () => {
    const client = { listAll: () => Promise.reject(new KubeError('kube.not-found', 'list')) };
    expect(await driftedClaims(client, zone, never)).toEqual([]);
  });

  it.each(['kube.unreachable', 'kube.forbidden', 'kube.timeout'] as const)(
    'are not known where the list fails with %s: that is not none',
    async (code) => {
      const client = { listAll: () => Promise.reject(new KubeError(code, 'list')) };
      await expect(driftedClaims(client, zone, never)).rejects.toMatchObject({ code });
    },
  );
});

function setOf(...zones: readonly (readonly [string, ZoneState])[]): ImpairedSet {
  return { generation: 1, zones: zones.map(([id, state]) => ({ id, state, sources: [] })) };
}

describe('zones on their way back', () => {
  it('are overdue at the time limit, counted from when each was first seen so', () => {
    const zones = new RecoveringZones();
    const both = setOf(['use1-az1', 'recovering'], ['use1-az2', 'recovering']);
    expect(zones.see(setOf(['use1-az1', 'recovering'], ['use1-az2', 'impaired']), 1000)).toMatchObject([
      { id: 'use1-az1' },
    ]);
    expect(zones.see(both, 5000).map(({ id }) => id)).toEqual(['use1-az1', 'use1-az2']);
    expect(zones.isOverdue('use1-az1', 1000 + RECOVERY_LIMIT_MS - 1)).toBe(false);
    expect(zones.isOverdue('use1-az1', 1000 + RECOVERY_LIMIT_MS)).toBe(true);
    expect(zones.isOverdue('use1-az2', 1000 + RECOVERY_LIMIT_MS)).toBe(false);
    expect(zones.isOverdue('use1-az2', 5000 + RECOVERY_LIMIT_MS)).toBe(true);
  });

  it('begin anew when they were impaired again in between', () => {
    const zones = new RecoveringZones();
    zones.see(setOf(['use1-az1', 'recovering']), 0);
    zones.see(setOf(['use1-az1', 'impaired']), 1000);
    zones.see(setOf(['use1-az1', 'recovering']), 2000);
    expect(zones.isOverdue('use1-az1', RECOVERY_LIMIT_MS)).toBe(false);
    expect(zones.isOverdue('use1-az1', RECOVERY_LIMIT_MS + 2000)).toBe(true);
  });

  it('are forgotten when they are back', () => {
    const zones = new RecoveringZones();
    zones.see(setOf(['use1-az1', 'recovering']), 0);
    expect(zones.see(setOf(), 1000)).toEqual([]);
    expect(zones.isOverdue('use1-az1', RECOVERY_LIMIT_MS)).toBe(false);
  });

  it('are never overdue where they were never seen', () => {
    expect(new RecoveringZones().isOverdue('use1-az1', Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
