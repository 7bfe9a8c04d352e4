import type { Orders } from '../../../shared/record/orders.ts';

/** What the API server sends about a NodePool or a NodeClaim, as far as these tests need it. */

export interface ReviewParts {
  readonly uid?: string;
  readonly operation?: string;
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource?: string;
  readonly dryRun?: boolean;
  readonly name?: string | undefined;
  readonly options?: unknown;
  readonly userInfo?: unknown;
}

const karpenter = (kind: string) => ({ group: 'karpenter.sh', version: 'v1', kind });

export const NODE_POOL = karpenter('NodePool');
export const NODE_CLAIM = karpenter('NodeClaim');

/** An AdmissionReview v1: the creation of a NodePool in three zones, unless told otherwise. */
export function reviewOf(parts: ReviewParts = {}) {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: NODE_POOL,
      resource: { group: 'karpenter.sh', version: 'v1', resource: 'nodepools' },
      name: 'web',
      operation: 'CREATE',
      userInfo: { username: 'alice', groups: ['system:authenticated'] },
      object: nodePool(['us-east-1a', 'us-east-1b', 'us-east-1c']),
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions', fieldManager: 'kubectl-create' },
      ...parts,
    },
  };
}

export function nodePool(zones: readonly string[] | undefined, metadata: object = {}) {
  const requirements = zones === undefined ? [] : [zoneList(zones)];
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'web', ...metadata },
    spec: {
      template: { spec: { requirements } },
      disruption: { consolidateAfter: '0s', budgets: [{ nodes: '10%' }] },
    },
  };
}

export function nodeClaim(zones: readonly string[]) {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { generateName: 'web-' },
    spec: { requirements: [zoneList(zones)] },
  };
}

/** A NodePool of Spot with requirements, in zones that are healthy. */
export function spotPool(requirements: readonly object[], metadata: object = {}) {
  const pool = nodePool(['us-east-1b', 'us-east-1c'], metadata);
  const spot = { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] };
  const { spec } = pool.spec.template;
  const list = [spot, ...requirements, ...spec.requirements];
  return { ...pool, spec: { ...pool.spec, template: { spec: { ...spec, requirements: list } } } };
}

export function types(...values: readonly string[]) {
  return { key: 'node.kubernetes.io/instance-type', operator: 'In', values };
}

/** What a policy denies by default. */
export const SPOT_OF_ONE_TYPE = spotPool([types('m5.large')]);

function zoneList(values: readonly string[]) {
  return { key: 'topology.kubernetes.io/zone', operator: 'In', values };
}

/** us-east-1a is impaired by an autoshift; everything else is healthy. */
export const ONE_ZONE_AWAY: Orders = {
  generation: 7,
  zones: [
    {
      id: 'use1-az1',
      name: 'us-east-1a',
      state: 'impaired',
      sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
    },
  ],
};

/** ONE_ZONE_AWAY as it would be if us-east-1b counted, of which the rules only record a practice run. */
export const SECOND_ZONE_RECORDED: Orders = {
  generation: 7,
  zones: [
    ...ONE_ZONE_AWAY.zones,
    {
      id: 'use1-az2',
      name: 'us-east-1b',
      state: 'impaired',
      sources: [{ id: 'practice-run/cluster', kind: 'practice-run', since: '2026-11-21T05:00:00Z' }],
    },
  ],
};
