import type { KubeObject } from '../../shared/kube/object.ts';
import { ZONE_ID_KEY, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import { EBS_ZONE_KEY } from '../karpenter-kwok/instance-types.ts';
import { KWOK_NODE_CLASS_REF } from '../karpenter-kwok/kwok-node-class.ts';
import { KWOK_ZONE_IDS, KWOK_ZONE_NAMES } from '../karpenter-kwok/zones.ts';

/** The alias that Karpenter's core folds into the zone key (pkg/apis/v1/labels.go, NormalizedLabels). */
export const BETA_ZONE_KEY = 'failure-domain.beta.kubernetes.io/zone';

export interface KwokPoolOptions {
  readonly requirements?: readonly object[];
  /** Labels of the template. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Budgets and whatever else `spec.disruption` has; default: nothing is ever consolidated. */
  readonly disruption?: object;
  /** A static pool of that many nodes; Karpenter's feature gate StaticCapacity must be on. */
  readonly replicas?: number;
  /** Karpenter tries NodePools of a higher weight first. */
  readonly weight?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A NodePool of the kwok provider. */
export function kwokNodePool(name: string, options: KwokPoolOptions = {}): KubeObject {
  const { requirements = [], labels = {}, annotations, replicas, weight } = options;
  const disruption = options.disruption ?? { consolidationPolicy: 'WhenEmpty', consolidateAfter: 'Never' };
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name, ...(annotations === undefined ? {} : { annotations: { ...annotations } }) },
    spec: {
      template: {
        metadata: { labels },
        spec: { nodeClassRef: KWOK_NODE_CLASS_REF, requirements, expireAfter: 'Never' },
      },
      disruption,
      ...(replicas === undefined ? {} : { replicas }),
      ...(weight === undefined ? {} : { weight }),
    },
  };
}

export function isIn(key: string, values: readonly string[]): object {
  return { key, operator: 'In', values: [...values] };
}

/** The ways in which a NodePool can be open to every zone of the cluster. */
export const OPEN_SHAPES: Readonly<Record<string, KwokPoolOptions>> = {
  'no-zone-key': {},
  'list-by-name': { requirements: [isIn(ZONE_NAME_KEY, KWOK_ZONE_NAMES)] },
  'list-by-id': { requirements: [isIn(ZONE_ID_KEY, KWOK_ZONE_IDS)] },
  'list-by-ebs-alias': { requirements: [isIn(EBS_ZONE_KEY, KWOK_ZONE_NAMES)] },
  'list-by-beta-alias': { requirements: [isIn(BETA_ZONE_KEY, KWOK_ZONE_NAMES)] },
};

/** A pool that a label of its template ties to one zone. */
export function labelledPool(name: string, zone: string): KubeObject {
  return kwokNodePool(name, { labels: { [ZONE_NAME_KEY]: zone } });
}

/** A static pool over all zones. The kwok provider wants its instance types named in static pools. */
export function staticPool(name: string, replicas: number, instanceTypes: readonly string[]): KubeObject {
  const types = isIn('node.kubernetes.io/instance-type', instanceTypes);
  return kwokNodePool(name, { replicas, requirements: [types, isIn(ZONE_NAME_KEY, KWOK_ZONE_NAMES)] });
}
