import { describe, expect, it } from 'vitest';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';
import type { AdmissionState } from '../../../webhook/admission/outcome.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { validateNodePool } from '../../../webhook/validate/nodepool.ts';
import { nodePool, reviewOf } from '../../http/webhook/reviews.ts';

const away = (id: string, name: string, state: OrderedZone['state'] = 'impaired'): OrderedZone => ({
  id,
  name,
  state,
  sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
});
const A = away('use1-az1', 'us-east-1a');
const B = away('use1-az2', 'us-east-1b');

function validate(object: unknown, oldObject: unknown, zones: readonly OrderedZone[]) {
  const state: AdmissionState = {
    set: { generation: 3, zones },
    settings: DEFAULT_ENFORCEMENT,
    exemptPools: new Set(),
  };
  const operation = oldObject === null ? 'CREATE' : 'UPDATE';
  const decoded = decodeReview(JSON.stringify(reviewOf({ operation, object, oldObject })));
  if (!decoded.ok) throw new Error(decoded.problem);
  return validateNodePool(decoded.request, state);
}

const withLabel = (zone: string) => {
  const pool = nodePool(undefined);
  const template = { ...pool.spec.template, metadata: { labels: { 'topology.kubernetes.io/zone': zone } } };
  return { ...pool, spec: { ...pool.spec, template } };
};
const OFF = { annotations: { 'zonewarden.io/zone-enforcement': 'off' } };
const ab = nodePool(['us-east-1a', 'us-east-1b']);
const abc = nodePool(['us-east-1a', 'us-east-1b', 'us-east-1c']);
const bc = nodePool(['us-east-1b', 'us-east-1c']);
const c = nodePool(['us-east-1c']);
const open = nodePool(undefined);

describe('a write that opens a NodePool to an impaired zone is refused', () => {
  it.each<[string, unknown, unknown, readonly OrderedZone[], RegExp]>([
    ['a new one that lists it', ab, null, [A], /us-east-1a \(use1-az1\)/],
    ['a new one that lists none', open, null, [A], /us-east-1a/],
    ['a new one with it as a label of its template', withLabel('us-east-1a'), null, [A], /us-east-1a/],
    ['an update that adds it', ab, bc, [A], /us-east-1a/],
    ['an update that drops the whole list', open, bc, [A], /us-east-1a/],
    ['an update that adds a second one', ab, nodePool(['us-east-1a']), [A, B], /us-east-1b/],
    ['an update that ends the exemption of nothing', ab, c, [A, B], /us-east-1a.*us-east-1b/],
    ['an update of one that is stored in no shape we know', ab, { metadata: {}, spec: 7 }, [A], /us-east-1a/],
  ])('%s', (_name, object, oldObject, zones, message) => {
    const { verdict, facts } = validate(object, oldObject, zones);
    expect(verdict).toMatchObject({ allowed: false, code: 403, message: expect.stringMatching(message) });
    expect(facts).toMatchObject({ action: 'refused', rule: 'zone-impaired-target' });
  });

  it('names no zone to which it was open before', () => {
    const { verdict } = validate(ab, nodePool(['us-east-1a']), [A, B]);
    expect(verdict.message).not.toContain('us-east-1a');
  });
});

describe('a write that opens it to nothing new is let through', () => {
  it.each<[string, unknown, unknown, readonly OrderedZone[], readonly string[]]>([
    ['a new one in healthy zones', bc, null, [A], []],
    ['one while no zone is away', abc, null, [], []],
    ['one that lists a zone on its way back', ab, null, [away('use1-az1', 'us-east-1a', 'recovering')], []],
    ['the nudge of one that was stored while we were away', abc, abc, [A], ['still-targets-impaired-zone']],
    ['a narrower list that still holds it', ab, abc, [A], ['still-targets-impaired-zone']],
    ['another healthy zone beside it', abc, ab, [A], ['still-targets-impaired-zone']],
    ['the removal of it', bc, abc, [A], []],
    ['one that is exempt', nodePool(['us-east-1a'], OFF), null, [A], []],
  ])('%s', (_name, object, oldObject, zones, notes) => {
    const { verdict, facts } = validate(object, oldObject, zones);
    expect(verdict).toEqual({ allowed: true });
    expect(facts).toMatchObject({ action: 'unchanged', notes });
  });

  it('one that is being deleted', () => {
    const leaving = nodePool(['us-east-1a'], { deletionTimestamp: '2026-11-21T04:00:00Z' });
    const { verdict, facts } = validate(leaving, c, [A]);
    expect(verdict).toEqual({ allowed: true });
    expect(facts).toMatchObject({ action: 'ignored', rule: 'being-deleted' });
  });
});

it('one that ends its exemption while it targets an impaired zone keeps what it had', () => {
  // The mutating step prunes it in the same write; what is left to the ratchet is what that step did not see.
  expect(validate(ab, nodePool(['us-east-1a', 'us-east-1b'], OFF), [A]).verdict).toEqual({ allowed: true });
});

it('a NodePool that was made from a newer set than this replica knows is let through: the zone has recovered in it', () => {
  const mark = (generation: number) => ({
    annotations: {
      'zonewarden.io/declared': JSON.stringify({
        generation,
        zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'recovering' }],
      }),
    },
  });
  expect(validate({ ...ab, metadata: mark(4) }, bc, [A]).verdict.allowed).toBe(true);
  expect(validate({ ...ab, metadata: mark(3) }, bc, [A]).verdict.allowed).toBe(false);
});
