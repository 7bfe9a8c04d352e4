import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import { withoutImpairment } from '../../../shared/policy/core/without-impairment.ts';
import { nodePool, ONE_ZONE_AWAY } from '../../http/webhook/reviews.ts';
import { create, only, stateOf, stored, update } from './policy-scene.ts';

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
    const policy = only({ 'zone-impaired-target': 'deny' });
    const { verdict } = create(inZone(['us-east-1a'], off), stateOf(policy, ONE_ZONE_AWAY));
    expect(verdict).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('zone-impaired-target')],
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

describe('Events of zones', () => {
  const declared = nodePool(['us-east-1a', 'us-east-1b']);
  const pruned = stored(declared, ONE_ZONE_AWAY);
  const policy = stateOf(only({}), ONE_ZONE_AWAY);
  const reasons = (outcome: ReturnType<typeof create>) => outcome.events?.map(({ reason }) => reason) ?? [];

  it('say that a zone was taken out, and that it came back', () => {
    expect(reasons(create(pruned, policy))).toEqual(['ZonePruned']);
    expect(reasons(update(pruned, declared, policy))).toEqual(['ZonePruned']);
    const back = update(declared, pruned, stateOf(only({})));
    expect(back.events).toMatchObject([
      { type: 'Normal', reason: 'ZoneRestored', message: expect.stringContaining('us-east-1a (use1-az1)') },
    ]);
  });

  it('say nothing of a write that changes nothing about zones', () => {
    expect(reasons(update(pruned, pruned, policy))).toEqual([]);
    expect(reasons(update(declared, declared, stateOf(only({}))))).toEqual([]);
  });

  it('say nothing of a zone that its owner dropped meanwhile', () => {
    expect(reasons(update(nodePool(['us-east-1b']), pruned, policy))).toEqual([]);
  });

  it('say nothing of a write that is refused', () => {
    expect(reasons(update(declared, nodePool(['us-east-1b']), policy))).toEqual([]);
  });
});
