import { describe, expect, it } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import type { AdmissionRequest } from '../../../webhook/admission/review.ts';
import { mutateNodeClaim } from '../../../webhook/mutate/nodeclaim.ts';
import { validateNodeClaim } from '../../../webhook/validate/nodeclaim.ts';

/** A NodeClaim of an exempt NodePool may launch where its NodePool may. */
const set = {
  generation: 2,
  zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' as const, sources: [] }],
};

function request(pool: string | undefined): AdmissionRequest {
  return {
    uid: '1',
    kind: { group: 'karpenter.sh', version: 'v1', kind: 'NodeClaim' },
    operation: 'CREATE',
    userInfo: {},
    oldObject: undefined,
    object: {
      metadata: pool === undefined ? {} : { labels: { 'karpenter.sh/nodepool': pool } },
      spec: {
        requirements: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] }],
      },
    },
  };
}

describe.each([
  ['mutating', mutateNodeClaim],
  ['validating', validateNodeClaim],
] as const)('the %s step', (_name, decide) => {
  const state = { set, settings: DEFAULT_ENFORCEMENT, exemptPools: new Set(['reserved']) };

  it('lets a claim of an exempt NodePool through as it is', () => {
    const { verdict, facts } = decide(request('reserved'), state);
    expect(verdict).toEqual({ allowed: true });
    expect(facts.rule).toBe('zone-enforcement-off');
  });

  it.each(['other', undefined])('refuses the same claim of NodePool %s', (pool) => {
    expect(decide(request(pool), state).verdict.allowed).toBe(false);
  });
});
