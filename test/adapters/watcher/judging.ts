import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { Facts } from '../../../shared/facts/facts.ts';
import type { FactOf } from '../../../shared/facts/watcher-facts.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { NODE_CLASSES, POOLS } from '../../../shared/stores/kinds.ts';
import { Listeners } from '../../../shared/stores/listenable.ts';
import { createStore } from '../../../shared/stores/store.ts';
import { lead } from '../../../watcher/lead.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

export const REPORT = { name: 'zonewarden-nodepool-web' };
export const CLASS: KubeObject = {
  metadata: { name: 'default' },
  status: {
    subnets: [
      { zone: 'us-east-1a', zoneID: 'use1-az1' },
      { zone: 'us-east-1b', zoneID: 'use1-az2' },
    ],
  },
};

/** A NodePool for Spot with these types, which is too few unless there are 15. */
export const spotPool = (name: string, types: readonly string[], more: object = {}): KubeObject => ({
  metadata: { name, ...more },
  spec: {
    template: {
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [
          { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
          { key: 'node.kubernetes.io/instance-type', operator: 'In', values: types },
        ],
      },
    },
  },
});

const reportSchema = z.object({
  metadata: z.looseObject({ ownerReferences: z.array(z.unknown()) }),
  scope: z.unknown(),
  source: z.string(),
  summary: z.record(z.string(), z.number()),
  results: z.array(
    z.looseObject({
      rule: z.string(),
      result: z.string(),
      severity: z.string().optional(),
      message: z.string().optional(),
      properties: z.record(z.string(), z.string()).optional(),
      timestamp: z.looseObject({ seconds: z.number() }),
    }),
  ),
});

export const record = (...impaired: string[]): ZoneRecord => ({
  generation: impaired.length,
  zones: impaired.map((id) => ({
    id,
    state: 'impaired',
    sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
  })),
  ended: {},
});

/** A leader's term over a stand-in API server, with the record and the time in the test's hands. */
export async function judging(prepare: (api: KubeApi) => void, reports = true) {
  const api = await standIn();
  api.put(resources.ec2NodeClasses, CLASS);
  prepare(api);
  const client = clientOf(api);
  const state = { record: record(), now: Date.parse('2026-11-21T12:00:00Z'), scans: 0 };
  /** What the scans found; a scan that found the same as the last one is only counted. */
  const scans: FactOf<'policy-scan'>[] = [];
  const told: string[] = [];
  const writes: string[] = [];
  const facts = new Facts();
  facts.listen({
    hear({ name, fact }) {
      if (name === 'policy-scanned') state.scans += 1;
      if (name === 'policy-scan') scans.push(fact);
      if (name === 'report-written') writes.push(fact.result);
      if (name === 'reports') told.push(fact.presence);
      if (name === 'rule-defect') told.push(`defect ${fact.rule} ${String(fact.error)}`);
      if (name === 'failure' || (name === 'trouble' && fact.error !== undefined))
        told.push(`problem ${fact.part}`);
    },
  });
  const changes = new Listeners();
  const sawRecord = (seen: ZoneRecord) => {
    state.record = seen;
    changes.tell();
  };
  const onProblem = ({ kind }: { readonly kind: string }) => told.push(`problem ${kind}`);
  const pools = createStore({ client, kind: POOLS, onProblem });
  const nodeClasses = createStore({ client, kind: NODE_CLASSES, onProblem });
  const stop = new AbortController();
  pools.start();
  nodeClasses.start();
  const done = lead(
    {
      ...{ client, facts, pools, nodeClasses },
      namespace: 'zonewarden',
      settings: DEFAULT_ENFORCEMENT,
      cordon: false,
      calmMs: 0,
      records: { update: async () => state.record, seen: () => undefined },
      record: { current: () => state.record, listen: (changed) => changes.listen(changed) },
      rules: { current: () => DEFAULT_ZONE_RULES, listen: () => () => undefined },
      names: {
        nameOf: () => undefined,
        parents: () => new Map(),
        used: () => undefined,
        reach: () => ({ reach: { zones: {}, names: {} }, isPassing: true }),
        learn: () => undefined,
      },
      now: () => state.now,
    },
    { arc: undefined, fetchCatalog: undefined, reports, debounceMs: 20 },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await done;
    await Promise.all([pools.stop(), nodeClasses.stop()]);
  });
  const report = () => {
    const object = api.read(resources.clusterReports, REPORT);
    return object === undefined ? undefined : reportSchema.parse(object);
  };
  const resultOf = (rule: string) => report()?.results.find((each) => each.rule === rule);
  /** Waits for so many more scans, and for what they write. */
  const scanned = async (more: number) => {
    const wanted = state.scans + more;
    await until(() => state.scans >= wanted);
  };
  const policy = (text: string) =>
    api.put(resources.configMaps, {
      metadata: { namespace: 'zonewarden', name: 'zonewarden-policy' },
      data: { 'policy.yaml': text },
    });
  return { api, state, sawRecord, scans, told, writes, report, resultOf, scanned, policy };
}
