import { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import { type ResourceType, resources } from '../../shared/kube/resource.ts';
import { ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';

/** What the cluster looks like now, as the tests ask about it. Zones are names; `''` where there is none (yet). */

export const pods: ResourceType = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };

const POOL_LABEL = 'karpenter.sh/nodepool';
const conditionsSchema = z.array(
  z.object({ type: z.string(), status: z.string(), reason: z.string().optional() }),
);

const labelledSchema = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    finalizers: z.array(z.string()).default([]),
  }),
  spec: z.object({ unschedulable: z.boolean().optional() }).optional(),
  status: z.object({ conditions: conditionsSchema.nullish() }).nullish(),
});

export interface NodeOrClaim {
  readonly name: string;
  readonly pool: string;
  readonly zone: string;
  readonly drifted: boolean;
  readonly unschedulable: boolean;
  readonly createdAt: Date;
  readonly deletedAt: string | undefined;
  readonly finalizers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Nodes, of one pool or of all. */
export function nodesOf(client: KubeClient, pool?: string): Promise<NodeOrClaim[]> {
  return listed(client, resources.nodes, pool);
}

/** NodeClaims, of one pool or of all. A claim has a zone once it is launched. */
export function claimsOf(client: KubeClient, pool?: string): Promise<NodeOrClaim[]> {
  return listed(client, resources.nodeClaims, pool);
}

/** NodeClaims that Karpenter holds for drifted. */
export async function driftedClaims(client: KubeClient, pool?: string): Promise<NodeOrClaim[]> {
  return (await claimsOf(client, pool)).filter((claim) => claim.drifted);
}

async function listed(client: KubeClient, type: ResourceType, pool?: string): Promise<NodeOrClaim[]> {
  const { items } = await client.listAll(
    type,
    pool === undefined ? {} : { labelSelector: `${POOL_LABEL}=${pool}` },
  );
  return items.map((item) => {
    const { metadata, spec, status } = labelledSchema.parse(item);
    return {
      name: metadata.name,
      pool: metadata.labels[POOL_LABEL] ?? '',
      zone: metadata.labels[ZONE_NAME_KEY] ?? '',
      drifted: (status?.conditions ?? []).some(({ type, status }) => type === 'Drifted' && status === 'True'),
      unschedulable: spec?.unschedulable ?? false,
      createdAt: new Date(metadata.creationTimestamp),
      deletedAt: metadata.deletionTimestamp,
      finalizers: metadata.finalizers,
      labels: metadata.labels,
      annotations: metadata.annotations,
    };
  });
}

const podSchema = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ nodeName: z.string().optional() }),
  status: z.object({ phase: z.string().optional() }),
});

export interface PodSeen {
  readonly name: string;
  readonly app: string;
  /** `Pending`, `Running`, ... */
  readonly phase: string;
  /** Zone of the node that it is bound to; `''` while it waits. */
  readonly zone: string;
  /** Name of that node; `''` while it waits. */
  readonly node: string;
}

/** Pods of the namespace `default`, of one workload or of all, with the zone that each runs in. */
export async function podsOf(client: KubeClient, app?: string): Promise<PodSeen[]> {
  const zones = new Map((await nodesOf(client)).map((node) => [node.name, node.zone]));
  const selector = app === undefined ? {} : { labelSelector: `app=${app}` };
  const { items } = await client.listAll(pods, { namespace: 'default', ...selector });
  return items.map((item) => {
    const { metadata, spec, status } = podSchema.parse(item);
    return {
      name: metadata.name,
      app: metadata.labels.app ?? '',
      phase: status.phase ?? '',
      zone: zones.get(spec.nodeName ?? '') ?? '',
      node: spec.nodeName ?? '',
    };
  });
}

/** How many there are in each zone: `{ "test-zone-b": 3 }`. */
export function byZone(seen: readonly { readonly zone: string }[]): Record<string, number> {
  return countBy(seen.map(({ zone }) => zone));
}

/** How often each value is there, in alphabetical order of the values. */
export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of [...values].sort()) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
