import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { applyJsonPatch } from '../../../shared/json/apply-json-patch.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { NODE_CLASSES, type NodeClassView } from '../../../shared/stores/kinds.ts';
import type { NodeView } from '../../../shared/views/node.ts';
import { type ClaimView, readClaim } from '../../../shared/views/node-claim.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { type PoolView, readPool } from '../../../shared/views/pool-view.ts';
import { nodeClaim, nodePool } from '../../installation/node-pools.ts';
import { StoreInMemory } from '../controllers/store-in-memory.ts';

/** What a cluster has, as stores show it. */
export class ClusterInMemory {
  readonly pools = new StoreInMemory<PoolView>();
  readonly nodeClasses = new StoreInMemory<NodeClassView>();
  readonly nodes = new StoreInMemory<NodeView>();
  readonly claims = new StoreInMemory<ClaimView>();
}

/** A zone by ID and name: `use1-az1`, `us-east-1a`. */
export type At = readonly [id: string, name?: string];

export function ec2NodeClass(name: string, ...zones: readonly At[]): NodeClassView {
  const subnets = zones.map(([zoneID, zone], index) => ({ id: `subnet-${index}`, zone, zoneID }));
  return NODE_CLASSES.read({
    ...{ apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', metadata: { name } },
    ...(zones.length === 0 ? {} : { status: { subnets } }),
  });
}

/** A NodePool that is stored, as its owner wrote it, or as it is once zones were taken out of it. */
export function storedPool(
  name: string,
  requirements: readonly object[] = [],
  { ref, set }: { readonly ref?: object; readonly set?: Orders } = {},
): PoolView {
  const written = nodePool(name, requirements);
  const object = ref === undefined ? written : referringTo(written, ref);
  if (set === undefined) return readPool(withUid(object));
  const decision = enforceNodePool(nodePoolSchema.parse(object), undefined, set, DEFAULT_ENFORCEMENT);
  return readPool(withUid(applyJsonPatch(object, decision.patch)));
}

export function storedClaim(
  name: string,
  requirements: readonly object[],
  labels?: Readonly<Record<string, string>>,
): ClaimView {
  const claim = nodeClaim(name, requirements);
  return readClaim({ ...claim, metadata: { name, ...(labels === undefined ? {} : { labels }) } });
}

function referringTo(pool: KubeObject, nodeClassRef: object): KubeObject {
  return { ...pool, spec: { template: { spec: { requirements: [], nodeClassRef } } } };
}

function withUid(object: unknown): object {
  const { metadata, ...rest } = object as KubeObject;
  return { ...rest, metadata: { ...metadata, uid: metadata.name } };
}
