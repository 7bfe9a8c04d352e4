import type { KubeObject } from '../../../shared/kube/object.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { THREE } from '../product/scenario.ts';

/** What people and tools do to NodePools, as requests to the API server. */
export interface Write {
  readonly kind: WriteKind;
  readonly pool: string;
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

export const WRITE_KINDS = [
  'create',
  'apply a change',
  'apply the same again',
  'patch a field',
  'patch the list back',
] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

export const NODE_POOLS_PATH = '/apis/karpenter.sh/v1/nodepools';
const STANDING = 16;
const OTHER = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64'] };

/** NodePools that are there all the time; every fourth names no zone, so that it may use all of them. */
export const STANDING_POOLS: readonly string[] = Array.from(
  { length: STANDING },
  (_, index) => `pool-${index}`,
);

/** The manifest in Git, which knows of no impaired zone. */
function manifest(pool: string, spec: object = {}): KubeObject {
  return nodePool(pool, declaredBy(pool), spec);
}

function declaredBy(pool: string): object[] {
  const namesNoZone = Number(pool.slice(pool.lastIndexOf('-') + 1)) % 4 === 3;
  return namesNoZone ? [OTHER] : [OTHER, inZones(...THREE)];
}

export function createOf(pool: string): Write {
  return {
    kind: 'create',
    pool,
    method: 'POST',
    path: NODE_POOLS_PATH,
    contentType: 'application/json',
    body: JSON.stringify(manifest(pool)),
  };
}

/**
 * The write with this number: one kind after the other, one NodePool after the other. None has an impaired zone out.
 *
 * @param made what the names of new NodePools begin with
 */
export function writeOf(number: number, made: string): Write {
  const kind = WRITE_KINDS[number % WRITE_KINDS.length] ?? 'create';
  const pool = `pool-${number % STANDING}`;
  switch (kind) {
    case 'create':
      return createOf(`${made}-${number}`);
    case 'apply a change':
      return apply(kind, manifest(pool, { limits: { cpu: String(1000 + number) } }));
    case 'apply the same again':
      return apply(kind, manifest(pool));
    case 'patch a field':
      return patch(kind, pool, { spec: { weight: 1 + (number % 100) } });
    case 'patch the list back':
      return patch(kind, pool, { spec: { template: { spec: { requirements: declaredBy(pool) } } } });
  }
}

/** As Git tools do: server-side, by a manager of their own. */
function apply(kind: WriteKind, object: KubeObject): Write {
  const pool = object.metadata.name ?? '';
  return {
    kind,
    pool,
    method: 'PATCH',
    path: `${NODE_POOLS_PATH}/${pool}?fieldManager=git&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify(object),
  };
}

function patch(kind: WriteKind, pool: string, body: object): Write {
  return {
    kind,
    pool,
    method: 'PATCH',
    path: `${NODE_POOLS_PATH}/${pool}?fieldManager=person`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify(body),
  };
}
