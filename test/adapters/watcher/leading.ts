import { onTestFinished } from 'vitest';
import { DECLARED_ANNOTATION, encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { Facts } from '../../../shared/facts/facts.ts';
import type { Told } from '../../../shared/facts/watcher-facts.ts';
import type { KubeObject } from '../../../shared/kube/client.ts';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { Listening } from '../../../shared/record/shifts-without-event.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { NODE_CLASSES, POOLS } from '../../../shared/stores/kinds.ts';
import { Listeners } from '../../../shared/stores/listenable.ts';
import { createStore } from '../../../shared/stores/store.ts';
import { lead } from '../../../watcher/lead.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';

export const ZONE = { id: 'use1-az1', name: 'us-east-1a' };

export function recordOf(generation: number, state: 'impaired' | 'recovering'): ZoneRecord {
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

/** What a fact is in the words of these tests; `undefined` for those that none of them looks at. */
function wordsOf({ name, fact }: Told): string | undefined {
  switch (name) {
    case 'nudge':
      return `nudge ${fact.nodePool} ${fact.result}`;
    case 'recovered':
      return `recovered ${fact.zoneId} ${fact.why}`;
    case 'node-written':
      return `${fact.action} ${fact.node} ${fact.result}`;
    case 'shadow':
      return `shadow ${fact.zoneId} ${fact.names.join()}`;
    case 'shift-without-event':
      return `silent ${fact.zoneId} ${fact.kind}`;
    case 'expiring':
      return `expiring ${fact.nodeClaim}`;
    case 'failure':
      return `problem ${fact.part}`;
    default:
      return undefined;
  }
}

/** A leader over a stand-in API server without a webhook, with the record (known to it or not) and the time in the test's hands. */
export async function leading(
  record: ZoneRecord,
  prepare: (api: KubeApi) => void = () => undefined,
  known = true,
  listening?: Listening,
) {
  const api = await startKubeApi();
  prepare(api);
  const client = createKubeClient({ kubeConfig: loadKubeConfig(api.kubeconfigPath), userAgent: 'test' });
  /** `looks`: how often the leader looked at the record; it asks for the rules each time that it tends it. */
  const state = { record, now: Date.parse('2026-11-21T12:00:00Z'), looks: 0 };
  const told: string[] = [];
  const rounds: { readonly generation: number; readonly unsettled: number; readonly ahead: number }[] = [];
  const facts = new Facts();
  facts.listen({
    hear(one) {
      if (one.name === 'settled') rounds.push(one.fact);
      const words = wordsOf(one);
      if (words !== undefined) told.push(words);
    },
  });
  const changes = new Listeners();
  const problem = (part: string) => () => facts.tell('failure', { part, error: undefined });
  const pools = createStore({ client, kind: POOLS, onProblem: problem('nodepools') });
  const nodeClasses = createStore({ client, kind: NODE_CLASSES, onProblem: problem('nodeclasses') });
  const stop = new AbortController();
  pools.start();
  const scene = {
    ...{ client, facts, pools, nodeClasses },
    namespace: 'zonewarden',
    settings: DEFAULT_ENFORCEMENT,
    cordon: true,
    calmMs: 0,
    markKeys: () => undefined,
    records: {
      async update(change: (stored: ZoneRecord) => ZoneRecord) {
        state.record = change(state.record);
        changes.tell();
        return state.record;
      },
      seen: () => undefined,
    },
    record: {
      current: () => (known ? state.record : undefined),
      listen: (changed: () => void) => changes.listen(changed),
    },
    rules: {
      current() {
        state.looks += 1;
        return DEFAULT_ZONE_RULES;
      },
      listen: () => () => undefined,
    },
    names: {
      nameOf: () => ZONE.name,
      parents: () => new Map<string, string>(),
      used: () => undefined,
      reach: () => ({ reach: { zones: {}, names: {} }, isPassing: true }),
      learn: () => undefined,
    },
    now: () => state.now,
  };
  const done = lead(
    scene,
    { arc: undefined, fetchCatalog: undefined, reports: false, listening: () => listening },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    await done;
    await pools.stop();
  };
  onTestFinished(async () => {
    await end();
    client.close();
    await api.stop();
  });
  return { api, state, told, rounds, end };
}
