import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import type { Column } from '../../../shared/catalog/catalog.ts';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { nodePoolSchema } from '../../../shared/enforcement/nodepool-view.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { applyJsonPatch } from '../../../shared/json/apply-json-patch.ts';
import type { Finding } from '../../../shared/policy/finding.ts';
import { DEFAULT_POLICY, type Policy } from '../../../shared/policy/policy.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { withoutImpairment } from '../../../shared/policy/without-impairment.ts';
import type { ImpairedSet } from '../../../shared/zones/impaired-set.ts';
import type { AdmissionState, Decider, PolicyState } from '../../../webhook/admission/outcome.ts';
import { decodeReview } from '../../../webhook/admission/review.ts';
import { validateNodeClaim } from '../../../webhook/validate/nodeclaim.ts';
import { validateNodePool } from '../../../webhook/validate/nodepool.ts';
import {
  NODE_CLAIM,
  nodePool,
  ONE_ZONE_AWAY,
  type ReviewParts,
  reviewOf,
  SPOT_OF_ONE_TYPE,
  spotPool,
  types,
} from '../../http/webhook/reviews.ts';

const HEALTHY: ImpairedSet = { generation: 6, zones: [] };
const NOW = Date.parse('2026-11-21T12:00:00Z');
const ZONES = [
  { id: 'use1-az1', name: 'us-east-1a' },
  { id: 'use1-az2', name: 'us-east-1b' },
  { id: 'use1-az4', name: 'us-east-1c' },
];

/** Everything off but some rules, so that a new rule changes nothing here. */
function only(
  severities: Readonly<Record<string, 'deny' | 'warn' | 'audit'>>,
  mode: Policy['mode'] = 'enforce',
) {
  const rules = Object.fromEntries(
    ALL_RULES.map(({ id }) => [id, { severity: severities[id] ?? ('off' as const) }]),
  );
  return { ...DEFAULT_POLICY, mode, rules };
}
const SPOT = only({ 'spot-types-min': 'deny' });

function stateOf(policy: Policy, set = HEALTHY, around: Partial<PolicyState['around']> = {}): AdmissionState {
  return {
    set,
    settings: DEFAULT_ENFORCEMENT,
    exemptPools: new Set(['exempt']),
    policies: {
      policy,
      nowMs: NOW,
      ownUsers: ['system:serviceaccount:zonewarden:*'],
      around: {
        catalog: bundledCatalog(),
        nodeClasses: new Map(),
        knowsAllNodeClasses: false,
        nodePools: [],
        zones: ZONES,
        ...around,
      },
    },
  };
}

function decide(decider: Decider, parts: ReviewParts, state: AdmissionState, username = 'alice') {
  const review = reviewOf(parts);
  const text = JSON.stringify({ ...review, request: { ...review.request, userInfo: { username } } });
  const decoded = decodeReview(text);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decider(decoded.request, state);
}

const create = (object: unknown, state: AdmissionState, username?: string) =>
  decide(validateNodePool, { object }, state, username);
const update = (object: unknown, oldObject: unknown, state: AdmissionState, username?: string) =>
  decide(validateNodePool, { operation: 'UPDATE', object, oldObject }, state, username);
const labelled = (object: object, labels: object) => ({ ...object, metadata: { name: 'web', labels } });

/** What the mutating step stores of an object. */
function stored(object: unknown, set: ImpairedSet): unknown {
  const view = nodePoolSchema.parse(object);
  return applyJsonPatch(object, enforceNodePool(view, undefined, set, DEFAULT_ENFORCEMENT).patch);
}

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

function spotRequirements(zone: string) {
  const [spot, type] = SPOT_OF_ONE_TYPE.spec.template.spec.requirements;
  return [spot, type, { key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }];
}

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

describe('while a zone is impaired', () => {
  const inZone = (zones: readonly string[], metadata: object = {}) => ({
    ...nodePool(zones, metadata),
    apiVersion: 'karpenter.sh/v1',
  });
  const ofZones = only({ 'zone-single': 'deny', 'zone-none-healthy': 'deny', 'zone-minvalues': 'deny' });

  it('a NodePool is judged as if all were healthy, and enforcement tells the rest', () => {
    const declared = inZone(['us-east-1a', 'us-east-1b']);
    const { verdict, facts } = create(stored(declared, ONE_ZONE_AWAY), stateOf(ofZones, ONE_ZONE_AWAY));
    expect(verdict).toEqual({ allowed: true });
    expect(facts.findings).toEqual([]);
  });

  it('what is wrong whatever is impaired is refused as ever', () => {
    const declared = stored(inZone(['us-east-1b']), ONE_ZONE_AWAY);
    expect(create(declared, stateOf(ofZones, ONE_ZONE_AWAY)).facts).toMatchObject({ rule: 'zone-single' });
  });

  it('one that is exempt from enforcement is warned of it, and not refused for it', () => {
    const off = { annotations: { 'zonewarden.io/zone-enforcement': 'off' } };
    const policy = only({ 'zone-none-healthy': 'deny' });
    const { verdict } = create(inZone(['us-east-1a'], off), stateOf(policy, ONE_ZONE_AWAY));
    expect(verdict).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('zone-none-healthy')],
    });
  });

  it('what denies and is not found when all are healthy, is warned of', () => {
    const found: Finding[] = [
      { rule: 'a', severity: 'deny', message: 'a' },
      { rule: 'b', severity: 'deny', message: 'b' },
      { rule: 'c', severity: 'audit', message: 'c' },
    ];
    expect(withoutImpairment(found, [{ rule: 'b', severity: 'deny', message: 'another b' }])).toEqual([
      found[1],
      { rule: 'a', severity: 'warn', message: 'a', lowered: 'impaired-zone' },
      found[2],
    ]);
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
  const everything = only(Object.fromEntries(ALL_RULES.map(({ id }) => [id, 'deny' as const])));

  it('is never stopped or warned of where Karpenter made it, and what is found is written down', () => {
    const made = review(claim({ 'karpenter.sh/nodepool': 'web' }), stateOf(everything));
    expect(made.verdict).toEqual({ allowed: true });
    expect(made.facts.findings?.length).toBeGreaterThan(0);
    expect(new Set(made.facts.findings?.map(({ severity }) => severity))).toEqual(new Set(['audit']));
    expect(made.facts.findings?.[0]).toMatchObject({ lowered: 'made-by-karpenter' });
    expect(made.events).toBeUndefined();
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
