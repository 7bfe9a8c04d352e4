import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { Installation } from '../../installation/installation.ts';
import { until } from '../../installation/until.ts';
import { AWAY } from './scenario.ts';

/** Nodes of the cluster tests: plain objects, for which no kubelet and no controller does anything. */

const MARK = 'zonewarden.io/cordoned';

/** As Karpenter labels a node that it launched in the zone that is shifted away from. */
export const IN_ZONE = { 'topology.k8s.aws/zone-id': AWAY.id, 'topology.kubernetes.io/zone': AWAY.name };
export const ELSEWHERE = {
  'topology.k8s.aws/zone-id': 'use1-az4',
  'topology.kubernetes.io/zone': 'us-east-1b',
};

export async function createNode(
  { client }: Installation,
  name: string,
  labels: Readonly<Record<string, string>> = IN_ZONE,
): Promise<KubeObject> {
  return client.create(resources.nodes, { metadata: { name, labels: { ...labels } } });
}

/** `kubectl cordon` or `uncordon`, as a person would. */
export async function byHand(
  { controlPlane }: Installation,
  verb: 'cordon' | 'uncordon',
  name: string,
): Promise<void> {
  await controlPlane.kubectl([verb, name]);
}

/** `cordoned`, `ours` (cordoned, with our mark), `marked` (the mark alone), or `open`; by name. */
export async function nodeStates({ client }: Installation): Promise<Record<string, string>> {
  const { items } = await client.listAll(resources.nodes);
  return Object.fromEntries(items.map((node) => [node.metadata.name ?? '', stateOf(node)]));
}

function stateOf({ metadata, spec }: KubeObject): string {
  const cordoned = (spec as { unschedulable?: boolean } | undefined)?.unschedulable === true;
  const mark = metadata.annotations?.[MARK];
  if (mark === undefined) return cordoned ? 'cordoned' : 'open';
  if (mark !== AWAY.id) return `marked for ${mark}`;
  return cordoned ? 'ours' : 'marked';
}

/** Waits until Nodes are as given; those that are not named may be as they like. */
export async function untilNodes(
  installation: Installation,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  let states: Record<string, string> = {};
  const differing = () => Object.entries(expected).filter(([name, state]) => states[name] !== state);
  await until(`Nodes are ${JSON.stringify(expected)}`, async () => {
    states = await nodeStates(installation);
    return differing().length === 0;
  }).catch((error: unknown) => {
    throw new Error(`still ${JSON.stringify(states)}`, { cause: error });
  });
}

/** The same state for many. */
export function all(names: readonly string[], state: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, state]));
}
