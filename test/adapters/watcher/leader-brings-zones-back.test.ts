import { describe, expect, it, onTestFinished } from 'vitest';
import { DECLARED_ANNOTATION, encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { effectiveAt, type ImpairedRecord } from '../../../shared/zones/impaired-record.ts';
import { createLeaderWork } from '../../../watcher/leader/leader-work.ts';
import { RECOVERY_LIMIT_MS } from '../../../watcher/leader/recovery.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';
import { until } from './sqs-server.ts';

const ZONE = { id: 'use1-az1', name: 'us-east-1a' };

function recordOf(generation: number, state: 'impaired' | 'recovering'): ImpairedRecord {
  const sources =
    state === 'impaired'
      ? [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }]
      : [];
  return { generation, zones: [{ ...ZONE, state, sources }], ended: {} };
}

/** A NodePool that was pruned and frozen under a set of that generation. */
function prunedPool(name: string, generation: number): KubeObject {
  const list = (...values: string[]) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values });
  const stored = list('us-east-1b');
  const mark = encodeDeclared({
    generation,
    zones: [{ ...ZONE, state: 'impaired' }],
    changed: [{ at: 0, declared: list('us-east-1a', 'us-east-1b'), stored }],
    added: [],
    budgets: { declared: null, stored: [{ nodes: '0' }] },
  });
  return {
    metadata: { name, annotations: { [DECLARED_ANNOTATION]: mark } },
    spec: { template: { spec: { requirements: [stored] } }, disruption: { budgets: [{ nodes: '0' }] } },
  };
}

function driftedClaim(name: string, status: 'True' | 'False'): KubeObject {
  const conditions = [{ type: 'Drifted', status, reason: 'RequirementsDrifted' }];
  return { metadata: { name, labels: { 'topology.kubernetes.io/zone': ZONE.name } }, status: { conditions } };
}

/** A leader over a stand-in API server without a webhook, with the record and the time in the test's hands. */
async function leading(record: ImpairedRecord, prepare: (api: KubeApi) => void = () => undefined) {
  const api = await startKubeApi();
  prepare(api);
  const client = createKubeClient({ kubeConfig: loadKubeConfig(api.kubeconfigPath), userAgent: 'test' });
  /** `looks`: how often the leader looked at the record; it asks for the zone's name each time. */
  const state = { record, now: Date.parse('2026-11-21T12:00:00Z'), looks: 0 };
  const told: string[] = [];
  const rounds: { readonly generation: number; readonly unsettled: number; readonly ahead: number }[] = [];
  const work = createLeaderWork({
    client,
    settings: { freeze: 'all' },
    store: {
      async update(change) {
        state.record = change(state.record);
        work.trigger();
        return state.record;
      },
      seen: () => undefined,
    },
    record: () => state.record,
    nameOf() {
      state.looks += 1;
      return ZONE.name;
    },
    now: () => state.now,
    onNudge: (name, result) => told.push(`nudge ${name} ${result}`),
    onSettled: (round) => rounds.push(round),
    onRecovered: (zoneId, why) => told.push(`recovered ${zoneId} ${why}`),
    cordon: true,
    onNode: () => undefined,
    onCordonAction: (action, result) => told.push(`${action.kind} ${action.node.name} ${result}`),
    onCordoned: () => undefined,
    onExpiring: ({ claim }) => told.push(`expiring ${claim}`),
    onExpiringCounts: () => undefined,
    onProblem: (where) => told.push(`problem ${where}`),
  });
  const stop = new AbortController();
  const done = work.run(stop.signal);
  const end = async () => {
    stop.abort();
    await done;
  };
  onTestFinished(async () => {
    await end();
    client.close();
    await api.stop();
  });
  return { api, state, told, rounds, end };
}

const listedClaims = (api: KubeApi) =>
  api.seen('list').filter(({ path }) => path.endsWith('/nodeclaims')).length;

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
    await until(() => listedClaims(api) >= 2);
    expect(state.record).toEqual(recordOf(2, 'recovering'));
    api.put(resources.nodeClaims, driftedClaim('web-1', 'False'));
    await until(() => state.record.zones.length === 0);
    expect(told).toEqual(['recovered use1-az1 nothing-drifted']);
  });

  it('gives up waiting for drifted claims at the time limit', async () => {
    const { api, state, told } = await leading(recordOf(2, 'recovering'), (prepared) => {
      prepared.put(resources.nodeClaims, driftedClaim('web-1', 'True'));
    });
    await until(() => listedClaims(api) >= 1);
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
    expect([state.record, listedClaims(api)]).toEqual([recordOf(2, 'recovering'), 0]);
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
    expect(state.record.zones).toEqual(recordOf(3, 'impaired').zones);
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
      prepared.fail('list', { kind: 'hang' }, 2);
    });
    await until(() => api.seen('list').length === 2);
    await end();
    expect(state.record).toEqual(recordOf(2, 'recovering'));
    expect(told).toEqual([]);
  });
});
