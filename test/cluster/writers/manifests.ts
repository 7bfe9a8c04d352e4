import type { KubeObject } from '../../../shared/kube/object.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';

/** The manifests that writers of NodePools keep: small, and alike but for the zones and the budgets. */

export const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
/** Without the zone that is away. */
export const LEFT = ['us-east-1b', 'us-east-1c'];
export const FEWER = ['us-east-1a', 'us-east-1b'];
export const ONE = ['us-east-1b'];
export const MORE = [...ALL, 'us-east-1d'];

export interface ManifestParts {
  /** `null`: no requirement on a zone at all. */
  readonly zones?: readonly string[] | null;
  readonly budgets?: readonly object[];
  readonly weight?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** More requirements, behind the one on the zone. */
  readonly more?: readonly object[];
}

/** A NodePool as it stands in Git. Without `budgets` it says nothing of them, and the CRD fills in 10%. */
export function manifest(name: string, parts: ManifestParts = {}): KubeObject {
  const { zones = ALL, budgets, weight, labels, annotations, more = [] } = parts;
  const requirements = [...(zones === null ? [] : [inZones(...zones)]), ...more];
  const pool = nodePool(name, requirements, {
    ...(weight === undefined ? {} : { weight }),
    ...(budgets === undefined ? {} : { disruption: { consolidateAfter: '0s', budgets } }),
  });
  return {
    ...pool,
    metadata: {
      ...pool.metadata,
      ...(labels === undefined ? {} : { labels: { ...labels } }),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
  };
}

/** Budgets as an owner would declare them. */
export const OWN_BUDGETS: readonly object[] = [{ nodes: '20%' }];
