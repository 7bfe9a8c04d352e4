import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { effectiveAt } from '../../../shared/record/zone-record.ts';
import { RECOVERY_LIMIT_MS } from '../../../watcher/controllers/recover.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { leading, prunedPool, recordOf, ZONE } from './leading.ts';
import { until } from './sqs-server.ts';

function driftedClaim(name: string, status: 'True' | 'False'): KubeObject {
  const conditions = [{ type: 'Drifted', status, reason: 'RequirementsDrifted' }];
  return { metadata: { name, labels: { 'topology.kubernetes.io/zone': ZONE.name } }, status: { conditions } };
}

const ofClaims = (api: KubeApi, verb: 'list' | 'watch') =>
  api.seen(verb).filter(({ path }) => path.endsWith('/nodeclaims')).length;

describe('the leader', () => {
  it('takes a recovering zone out of the record when no claim of it is drifted', async () => {
    const { state, told } = await leading(recordOf(2, 'recovering'));
    await until(() => state.record.zones.length === 0);
    expect(told).toEqual(['recovered use1-az1 nothing-drifted']);
    expect(state.record.generation).toBe(3);
  });

  it('leaves it there for as long as one is drifted because of us', async () => {
    const { api, state, told } = await leading(recordOf(2, 'recovering'), (prepared) => {
      prepared.put(resources.nodeClaims, driftedClaim('web-1', 'True'));
    });
    await until(() => ofClaims(api, 'watch') === 1);
    const { looks } = state;
    await until(() => state.looks >= looks + 2);
    expect(state.record).toEqual(recordOf(2, 'recovering'));
    api.put(resources.nodeClaims, driftedClaim('web-1', 'False'));
    await until(() => state.record.zones.length === 0);
    expect(told).toEqual(['recovered use1-az1 nothing-drifted']);
  });

  it('gives up waiting for drifted claims at the time limit', async () => {
    const { api, state, told } = await leading(recordOf(2, 'recovering'), (prepared) => {
      prepared.put(resources.nodeClaims, driftedClaim('web-1', 'True'));
    });
    await until(() => ofClaims(api, 'watch') === 1);
    state.now += RECOVERY_LIMIT_MS;
    await until(() => state.record.zones.length === 0);
    expect(told).toEqual(['recovered use1-az1 time-limit']);
  });

  it('waits for a NodePool that cannot be written up to the time limit, and no longer', async () => {
    const { api, state, told, rounds } = await leading(recordOf(2, 'recovering'), (prepared) => {
      prepared.put(resources.nodePools, prunedPool('stuck', 1));
    });
    // The webhook is away: nudges pass it by, and the first step of the recovery has not reached the NodePool.
    await until(() => state.looks >= 2 && rounds.length >= 3);
    // They are watched: nobody asks for them again.
    expect([state.record, ofClaims(api, 'list')]).toEqual([recordOf(2, 'recovering'), 1]);
    expect(rounds.every(({ unsettled }) => unsettled === 1)).toBe(true);
    state.now += RECOVERY_LIMIT_MS;
    await until(() => state.record.zones.length === 0);
    expect(told).toContain('recovered use1-az1 time-limit');
  });

  it('lifts the record above a NodePool that was made from a newer one', async () => {
    const { state, rounds } = await leading(recordOf(3, 'impaired'), (prepared) => {
      prepared.put(resources.nodePools, prunedPool('web', 8));
    });
    await until(() => state.record.generation === 9);
    await until(() => rounds.at(-1)?.generation === 9 && rounds.at(-1)?.ahead === 0);
    expect(state.record.zones).toMatchObject(recordOf(3, 'impaired').zones);
  });

  it('does not follow a mark beyond which no number can be written', async () => {
    const { state, rounds } = await leading(recordOf(3, 'impaired'), (prepared) => {
      prepared.put(resources.nodePools, prunedPool('forged', Number.MAX_SAFE_INTEGER));
      prepared.put(resources.nodePools, prunedPool('web', 8));
    });
    await until(() => state.record.generation === 9);
    await until(() => rounds.at(-1)?.generation === 9);
    expect(state.record.generation).toBe(9);
  });

  it('writes down what has ended by itself, and completes it', async () => {
    const record = recordOf(3, 'impaired');
    const over = '2026-11-21T11:00:00Z';
    const sources = record.zones[0]?.sources.map((source) => ({ ...source, until: over })) ?? [];
    const { state, told } = await leading({
      ...record,
      zones: [{ id: ZONE.id, state: 'impaired', sources }],
    });
    await until(() => state.record.zones.length === 0);
    expect(told).toEqual(['recovered use1-az1 nothing-drifted']);
    expect(effectiveAt(state.record, state.now).zones).toEqual([]);
  });

  it('does nothing while it does not know the NodePools, and ends at once when asked', async () => {
    const { api, state, told, end } = await leading(recordOf(2, 'recovering'), (prepared) => {
      // NodePools, Nodes, NodeClaims, the policy fallback and its binding, the policy and the catalogue.
      prepared.fail('list', { kind: 'hang' }, 7);
    });
    await until(() => api.seen('list').length === 7);
    await end();
    expect(state.record).toEqual(recordOf(2, 'recovering'));
    expect(told).toEqual([]);
  });
});
