import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import type { Column } from '../../../shared/catalog/catalog.ts';
import type { AdmissionState } from '../../../webhook/admission/outcome.ts';
import { validateNodeClaim } from '../../../webhook/validate/nodeclaim.ts';
import {
  NODE_CLAIM,
  nodePool,
  ONE_ZONE_AWAY,
  SPOT_OF_ONE_TYPE,
  spotPool,
  types,
} from '../../http/webhook/reviews.ts';
import {
  create,
  decide,
  EVERY_RULE,
  HEALTHY,
  labelled,
  only,
  SPOT,
  spotRequirements,
  stateOf,
  stored,
  update,
} from './policy-scene.ts';

describe('a NodePool that a rule denies', () => {
  it('is refused with one message, and its facts name the rule', () => {
    const { verdict, facts, events } = create(SPOT_OF_ONE_TYPE, stateOf(SPOT));
    expect(verdict).toMatchObject({ allowed: false, code: 403 });
    expect(verdict.warnings).toBeUndefined();
    expect(verdict.message).toMatch(
      /^NodePool web is refused by policy, for 1 reason:\n {2}1\. spot-types-min: /,
    );
    expect(verdict.message).toContain('exempt.zonewarden.io/spot-types-min: ');
    expect(facts).toMatchObject({
      action: 'refused',
      rule: 'spot-types-min',
      findings: [{ rule: 'spot-types-min', severity: 'deny', found: 1, needed: 5 }],
    });
    expect(events).toMatchObject([
      { type: 'Warning', reason: 'PolicyViolation', about: { kind: 'NodePool', name: 'web' } },
    ]);
  });

  it('is let through by an exemption with a reason, without a word', () => {
    const annotations = { 'exempt.zonewarden.io/spot-types-min': 'licence' };
    const exempt = spotPool([types('m5.large')], { annotations });
    const { verdict, facts, events } = create(exempt, stateOf(SPOT));
    expect(verdict).toEqual({ allowed: true });
    expect(facts.findings).toMatchObject([{ severity: 'audit', lowered: 'exempt', exemption: 'licence' }]);
    expect(events).toBeUndefined();
  });

  it('is denied although enforcement of zones is off for it', () => {
    const annotations = { 'zonewarden.io/zone-enforcement': 'off' };
    expect(create(spotPool([types('m5.large')], { annotations }), stateOf(SPOT)).verdict.allowed).toBe(false);
  });

  it('is written down alone in audit mode', () => {
    const audited = create(SPOT_OF_ONE_TYPE, stateOf(only({ 'spot-types-min': 'deny' }, 'audit')));
    expect(audited.verdict).toEqual({ allowed: true });
    expect(audited.facts.findings).toMatchObject([{ severity: 'audit', lowered: 'audit-mode' }]);
    expect(audited.events).toBeUndefined();
  });

  it('is left alone on its way out', () => {
    const leaving = spotPool([types('m5.large')], { deletionTimestamp: '2026-11-21T11:00:00Z' });
    expect(update(leaving, SPOT_OF_ONE_TYPE, stateOf(SPOT)).facts).toEqual({
      action: 'ignored',
      rule: 'being-deleted',
    });
  });

  it('and by zone enforcement as well is refused in one message', () => {
    const open = { ...SPOT_OF_ONE_TYPE, spec: { ...nodePool(['us-east-1a']).spec } };
    const both = { ...open, spec: { template: { spec: { requirements: spotRequirements('us-east-1a') } } } };
    const { verdict, facts } = create(both, stateOf(SPOT, ONE_ZONE_AWAY));
    expect(verdict.message).toMatch(/still targets zone us-east-1a[\s\S]*\n[\s\S]*1\. spot-types-min: /);
    expect(facts).toMatchObject({ rule: 'zone-impaired-target', findings: [{ rule: 'spot-types-min' }] });
  });
});

describe('an update that changes nothing that the rule looks at', () => {
  const better = spotPool([types('m5.large', 'm5.xlarge')]);

  it('is warned of, and not refused', () => {
    const { verdict, facts, events } = update(
      labelled(SPOT_OF_ONE_TYPE, { a: 'b' }),
      SPOT_OF_ONE_TYPE,
      stateOf(SPOT),
    );
    expect(verdict.allowed).toBe(true);
    expect(verdict.warnings).toMatchObject([expect.stringContaining('as stored before, so not refused')]);
    expect(facts).toMatchObject({ action: 'unchanged', findings: [{ lowered: 'unchanged' }] });
    expect(events).toBeUndefined();
  });

  it('is no news: of what is only warned of there is an Event when the spec changes', () => {
    const state = stateOf(only({ 'spot-types-min': 'warn' }));
    const same = update(labelled(SPOT_OF_ONE_TYPE, { a: 'b' }), SPOT_OF_ONE_TYPE, state);
    expect(same.verdict.warnings).toHaveLength(1);
    expect(same.events).toBeUndefined();
    expect(update(better, SPOT_OF_ONE_TYPE, state).events).toHaveLength(1);
    expect(create(better, state).events).toHaveLength(1);
  });

  it('is refused when it does change that', () => {
    expect(update(better, SPOT_OF_ONE_TYPE, stateOf(SPOT)).verdict.allowed).toBe(false);
  });

  it('Karpenter is neither refused nor warned', () => {
    const karpenter = 'system:serviceaccount:kube-system:karpenter';
    for (const object of [SPOT_OF_ONE_TYPE, better]) {
      const { verdict, facts } = update(object, SPOT_OF_ONE_TYPE, stateOf(SPOT), karpenter);
      expect(verdict).toEqual({ allowed: true });
      expect(facts.findings).toMatchObject([{ severity: 'warn', lowered: 'trusted-writer' }]);
    }
  });

  it('the watcher is not judged at all', () => {
    const watcher = 'system:serviceaccount:zonewarden:zonewarden';
    const { verdict, facts } = update(SPOT_OF_ONE_TYPE, SPOT_OF_ONE_TYPE, stateOf(SPOT), watcher);
    expect(verdict).toEqual({ allowed: true });
    expect(facts).not.toHaveProperty('findings');
  });

  it('another account of our namespace is judged as anybody', () => {
    const neighbour = 'system:serviceaccount:zonewarden:neighbour';
    expect(create(SPOT_OF_ONE_TYPE, stateOf(SPOT), neighbour).verdict.allowed).toBe(false);
  });

  it('is judged by what was declared before and after, not by what was pruned', () => {
    const declared = spotPool([types('m5.large')]);
    const wide = {
      ...declared,
      spec: { template: { spec: { requirements: spotRequirements('us-east-1a') } } },
    };
    const before = stored(wide, HEALTHY);
    const pruned = stored(wide, ONE_ZONE_AWAY);
    expect(pruned).not.toEqual(before);
    const outcome = update(pruned, before, stateOf(SPOT, ONE_ZONE_AWAY));
    expect(outcome.verdict.allowed).toBe(true);
    expect(outcome.facts.findings).toMatchObject([{ lowered: 'unchanged' }]);
    expect(outcome.events).toMatchObject([{ reason: 'ZonePruned' }]);
  });
});

describe('a defect in a rule', () => {
  it('fails no write, and is told with the rule, and the others go on', () => {
    const catalog = { ...bundledCatalog(), columns: new BrokenMap() };
    const outcome = create(
      SPOT_OF_ONE_TYPE,
      stateOf(only({ 'spot-types-min': 'deny', 'limits-missing': 'warn' }), HEALTHY, { catalog }),
    );
    expect(outcome.verdict).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('limits-missing')],
    });
    expect(outcome.defects).toEqual([{ rule: 'spot-types-min', error: expect.any(Error) }]);
  });
});

class BrokenMap extends Map<string, Column> {
  override get(): never {
    throw new Error('a catalogue that nobody can look into');
  }
}

describe('a NodeClaim', () => {
  const claim = (labels: object | undefined, zone?: string) => ({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { generateName: 'web-', ...(labels === undefined ? {} : { labels }) },
    spec: { requirements: zone === undefined ? spotRequirements('us-east-1b') : spotRequirements(zone) },
  });
  const review = (object: unknown, state: AdmissionState) =>
    decide(validateNodeClaim, { kind: NODE_CLAIM, object, name: undefined }, state);

  it('is never stopped or warned of where Karpenter made it, and what is found is written down', () => {
    const made = review(claim({ 'karpenter.sh/nodepool': 'web' }), stateOf(EVERY_RULE));
    expect(made.verdict).toEqual({ allowed: true });
    expect(made.facts.findings?.length).toBeGreaterThan(0);
    expect(new Set(made.facts.findings?.map(({ severity }) => severity))).toEqual(new Set(['audit']));
    expect(made.facts.findings?.[0]).toMatchObject({ lowered: 'made-by-karpenter' });
    expect(made.events).toBeUndefined();
  });

  it('is judged where its NodePool is not there, whatever its label says', () => {
    const object = claim({ 'karpenter.sh/nodepool': 'no-such-pool' });
    const around = { nodePoolNames: new Set(['web']) };
    expect(review(object, stateOf(SPOT, HEALTHY, around)).verdict).toMatchObject({ allowed: false });
  });

  it('that Karpenter makes is never denied, whatever is known of its NodePool', () => {
    const karpenter = 'system:serviceaccount:kube-system:karpenter';
    const state = stateOf(EVERY_RULE, HEALTHY, { nodePoolNames: new Set() });
    const parts = { kind: NODE_CLAIM, object: claim({ 'karpenter.sh/nodepool': 'web' }), name: undefined };
    expect(decide(validateNodeClaim, parts, state, karpenter).verdict).toEqual({ allowed: true });
  });

  it('that stands alone is judged like a NodePool', () => {
    const { verdict, events } = review(claim(undefined), stateOf(SPOT));
    expect(verdict).toMatchObject({ allowed: false });
    expect(verdict.message).toContain('NodeClaim web- is refused by policy');
    expect(events).toMatchObject([{ about: { kind: 'NodeClaim', name: 'web-' } }]);
  });

  it('of a NodePool that is exempt from enforcement is judged all the same', () => {
    const { facts } = review(claim({ 'karpenter.sh/nodepool': 'exempt' }), stateOf(SPOT));
    expect(facts).toMatchObject({ action: 'ignored', rule: 'zone-enforcement-off', findings: [] });
  });
});

describe('without a policy', () => {
  it('nothing is judged', () => {
    const { policies: _, ...state } = stateOf(SPOT);
    expect(create(SPOT_OF_ONE_TYPE, state).facts).not.toHaveProperty('findings');
  });
});
