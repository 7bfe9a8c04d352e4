import { describe, expect, it } from 'vitest';
import {
  type AdmissionScene,
  admittedNodeClaim,
  admittedNodePool,
  exemptName,
} from '../../../cli/diff/admitted-object.ts';
import { EXEMPT_ANNOTATION, enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { applyJsonPatch } from '../../../shared/json/apply-json-patch.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';

const scene: AdmissionScene = {
  set: { generation: 7, zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [] }] },
  settings: DEFAULT_ENFORCEMENT,
  exemptPools: new Set(['ledger']),
};
const zones = (...values: string[]) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values });

function pool(requirements: object[], metadata: object = {}) {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'web', ...metadata },
    spec: { template: { spec: { requirements } }, disruption: { budgets: [{ nodes: '10%' }] } },
  };
}
function claim(requirements: object[], labels: object = {}) {
  return { metadata: { name: 'web-x', labels }, spec: { requirements } };
}

describe('a NodePool', () => {
  it("is stored as the webhook's own decision says", () => {
    const value = pool([zones('us-east-1a', 'us-east-1b')]);
    const { patch } = enforceNodePool(nodePoolSchema.parse(value), undefined, scene.set, scene.settings);
    expect(patch.length).toBeGreaterThan(1);
    expect(admittedNodePool(value, scene)).toEqual({ as: 'stored', value: applyJsonPatch(value, patch) });
  });

  it('that is being deleted, or is exempt, is left alone', () => {
    for (const metadata of [
      { deletionTimestamp: '2026-11-21T00:00:00Z' },
      { annotations: { [EXEMPT_ANNOTATION]: 'off' } },
    ]) {
      const value = pool([zones('us-east-1a', 'us-east-1b')], metadata);
      const admitted = admittedNodePool(value, scene);
      expect(admitted).toEqual({ as: 'stored', value });
    }
    expect(exemptName(pool([], { annotations: { [EXEMPT_ANNOTATION]: 'off' } }))).toBe('web');
    expect(exemptName(pool([]))).toBeUndefined();
  });

  it('is refused where the CRD refuses it, and where there is no room', () => {
    expect(admittedNodePool(pool([zones()]), scene)).toMatchObject({
      as: 'refused',
      why: expect.stringContaining('CRD'),
    });
    const full = Array.from({ length: 100 }, (_, place) => ({
      key: `example.com/${place}`,
      operator: 'Exists',
    }));
    expect(admittedNodePool(pool(full), scene)).toMatchObject({
      as: 'refused',
      why: expect.stringContaining('us-east-1a (use1-az1)'),
    });
  });

  it('of another shape is told as such', () => {
    expect(admittedNodePool({ metadata: {}, spec: { template: 1 } }, scene)).toMatchObject({
      as: 'unreadable',
    });
    expect(admittedNodeClaim({ metadata: {} }, scene)).toMatchObject({ as: 'unreadable' });
  });
});

describe('a NodeClaim', () => {
  it('is narrowed, or refused where no zone is left', () => {
    expect(admittedNodeClaim(claim([zones('us-east-1a', 'us-east-1b')]), scene)).toMatchObject({
      as: 'stored',
      value: { spec: { requirements: [zones('us-east-1b')] } },
    });
    expect(admittedNodeClaim(claim([zones('us-east-1a')]), scene)).toMatchObject({ as: 'refused' });
  });

  it('of a NodePool that is exempt is left alone', () => {
    const value = claim([zones('us-east-1a')], { 'karpenter.sh/nodepool': 'ledger' });
    expect(admittedNodeClaim(value, scene)).toEqual({ as: 'stored', value });
  });
});
