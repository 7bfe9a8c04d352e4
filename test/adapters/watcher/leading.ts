import { onTestFinished } from 'vitest';
import { DECLARED_ANNOTATION, encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { ImpairedRecord } from '../../../shared/record/impaired-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { createLeaderWork } from '../../../watcher/leader/leader-work.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';

export const ZONE = { id: 'use1-az1', name: 'us-east-1a' };

export function recordOf(generation: number, state: 'impaired' | 'recovering'): ImpairedRecord {
  const sources =
    state === 'impaired'
      ? [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }]
      : [];
  return { generation, zones: [{ ...ZONE, state, sources }], ended: {} };
}

/** A NodePool that was pruned and frozen under a set of that generation. */
export function prunedPool(name: string, generation: number): KubeObject {
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

/** A leader over a stand-in API server without a webhook, with the record (known to it or not) and the time in the test's hands. */
export async function leading(
  record: ImpairedRecord,
  prepare: (api: KubeApi) => void = () => undefined,
  known = true,
) {
  const api = await startKubeApi();
  prepare(api);
  const client = createKubeClient({ kubeConfig: loadKubeConfig(api.kubeconfigPath), userAgent: 'test' });
  /** `looks`: how often the leader looked at the record; it asks for what it tends it by each time. */
  const state = { record, now: Date.parse('2026-11-21T12:00:00Z'), looks: 0 };
  const told: string[] = [];
  const rounds: { readonly generation: number; readonly unsettled: number; readonly ahead: number }[] = [];
  const work = createLeaderWork({
    client,
    settings: DEFAULT_ENFORCEMENT,
    store: {
      async update(change) {
        state.record = change(state.record);
        work.trigger();
        return state.record;
      },
      seen: () => undefined,
    },
    record: () => (known ? state.record : undefined),
    arc: undefined,
    silentArc: () => [],
    surroundings() {
      state.looks += 1;
      return { rules: DEFAULT_ZONE_RULES, nameOf: () => ZONE.name, parents: new Map(), used: undefined };
    },
    now: () => state.now,
    onNudge: (name, result) => told.push(`nudge ${name} ${result}`),
    onSettled: (round) => rounds.push(round),
    onRecovered: (zoneId, why) => told.push(`recovered ${zoneId} ${why}`),
    cordon: true,
    onNode: () => undefined,
    onCordonAction: (action, result) => told.push(`${action.kind} ${action.node.name} ${result}`),
    onCordoned: () => undefined,
    fallback: {
      onWrite: (result, generation) => told.push(`policy ${result} ${generation}`),
      onState: () => undefined,
      onLeftOut: () => undefined,
      onBinding: () => undefined,
      onProblem: (kind) => told.push(`policy problem ${kind}`),
    },
    onShadow: ({ zoneId, names }) => told.push(`shadow ${zoneId} ${names.join()}`),
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
