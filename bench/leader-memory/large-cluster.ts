import type { KubeClient } from '../../shared/kube/client.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { type ResourceType, resources } from '../../shared/kube/resource.ts';
import { sideBySide } from '../side-by-side.ts';
import type { Make } from './karpenter-facts.ts';
import { nodeClaimObject } from './node-claim-object.ts';
import { nodeObject } from './node-object.ts';
import { nodePoolObject } from './node-pool-object.ts';

/** How many objects there are of one kind, and how large each is as the API server gives it away. */
export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** What a cluster is made of. */
export type ClusterSize = Readonly<Record<'nodePools' | 'nodes' | 'nodeClaims', Amount>>;

interface Kind {
  readonly key: keyof ClusterSize;
  readonly type: ResourceType;
  readonly make: Make;
  /** Who writes the status: each writer has its own entry in managedFields. */
  readonly statusFrom: string;
}

const KINDS: readonly Kind[] = [
  { key: 'nodePools', type: resources.nodePools, make: nodePoolObject, statusFrom: 'karpenter' },
  { key: 'nodeClaims', type: resources.nodeClaims, make: nodeClaimObject, statusFrom: 'karpenter' },
  { key: 'nodes', type: resources.nodes, make: nodeObject, statusFrom: 'kubelet' },
];

/**
 * Creates the objects of a large cluster, and returns how large they became. Each is written twice, object and status,
 * so that its managedFields are those of a real one.
 */
export async function createLargeCluster(
  client: KubeClient,
  wanted: ClusterSize,
  onKind: (key: keyof ClusterSize, amount: Amount) => void,
): Promise<ClusterSize> {
  const made = { ...wanted };
  for (const kind of KINDS) {
    const { count, bytes } = wanted[kind.key];
    const filler = await fillerFor(client, kind, bytes);
    await sideBySide(count, (index) => create(client, kind, index, filler));
    made[kind.key] = { count, bytes: sizeOf(await read(client, kind, count - 1)) };
    onKind(kind.key, made[kind.key]);
  }
  return made;
}

/** Beyond all objects that stay. */
const TRIALS = [900_000, 900_001] as const;
const SOME = 20;

/** Size grows by the same with each piece of filler: two objects tell by how much. */
async function fillerFor(client: KubeClient, kind: Kind, bytes: number): Promise<number> {
  const sizes: number[] = [];
  for (const [place, index] of TRIALS.entries()) {
    await create(client, kind, index, place * SOME);
    const object = await read(client, kind, index);
    sizes.push(sizeOf(object));
    await client.delete(kind.type, { name: object.metadata.name ?? '' });
  }
  const [least = 0, more = 0] = sizes;
  return Math.max(0, Math.round(((bytes - least) * SOME) / (more - least)));
}

async function create(
  client: KubeClient,
  { type, make, statusFrom }: Kind,
  index: number,
  filler: number,
): Promise<void> {
  const { object, status } = make(index, filler);
  await client.create(type, object, { fieldManager: 'karpenter' });
  await client.patch(
    type,
    { name: object.metadata.name ?? '' },
    { kind: 'merge', body: { status } },
    { subresource: 'status', fieldManager: statusFrom },
  );
}

function read(client: KubeClient, { type, make }: Kind, index: number): Promise<KubeObject> {
  return client.get(type, { name: make(index, 0).object.metadata.name ?? '' });
}

const sizeOf = (object: KubeObject): number => Buffer.byteLength(JSON.stringify(object));
