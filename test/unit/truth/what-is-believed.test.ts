import { describe, expect, it } from 'vitest';
import { type BeliefContext, believe } from '../../../shared/record/believe.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
const asked: BeliefContext = { rules: DEFAULT_ZONE_RULES, arc: true, resourceArn: ARN, nowMs: NOW };
const unasked: BeliefContext = { ...asked, arc: false };

function signal(kind: string, scope: string, members: Partial<ZoneSignal> = {}): ZoneSignal {
  return {
    change: 'start',
    zoneId: 'use1-az1',
    source: { id: `${kind}/${scope}`, kind },
    at: new Date(NOW - 5000).toISOString(),
    ...members,
  };
}
const ago = (ms: number) => ({ at: new Date(NOW - ms).toISOString() });
const MINUTE = 60_000;

describe('where ARC is asked', () => {
  it.each([
    ['an autoshift of the Region', signal('autoshift', 'region')],
    ['an autoshift of a resource with a name of its own', signal('autoshift', 'some-name')],
    ['a zonal shift of our cluster', signal('zonal-shift', ARN)],
    ['a clock that is five minutes behind', signal('autoshift', 'region', ago(-5 * MINUTE))],
  ])('a fresh start counts at once: %s', (_, one) => {
    expect(believe(one, asked)).toEqual(one);
  });

  it.each([
    ['what is old', signal('autoshift', 'region', ago(3 * MINUTE))],
    ["what may be somebody else's", signal('zonal-shift', 'some-name')],
  ])('a start waits for ARC: %s', (_, one) => {
    expect(believe(one, asked)).toEqual({ ...one, standing: 'pending' });
  });

  it.each(['start', 'end'] as const)("a %s from far in the future is nobody's", (change) => {
    const late = signal('autoshift', 'region', { change, ...ago(-16 * MINUTE) });
    expect(believe(late, asked)).toContain("ahead of this watcher's clock");
    expect(believe(late, unasked)).toContain("ahead of this watcher's clock");
  });

  it('what is about another ARN is not ours, be it a start or an end', () => {
    const other = signal('autoshift', `${ARN}-2`);
    expect(believe(other, asked)).toContain('another resource');
    expect(believe({ ...other, change: 'end' }, asked)).toContain('another resource');
  });

  it('an end is remembered and ends nothing yet', () => {
    const one = signal('autoshift', 'region', { change: 'end' });
    expect(believe(one, asked)).toEqual({ ...one, remembered: true });
  });

  it('without an ARN nothing but autoshifts waits for ARC', () => {
    const context = { ...asked, resourceArn: undefined };
    expect(believe(signal('zonal-shift', 'x', { change: 'end' }), context)).not.toHaveProperty('remembered');
    expect(believe(signal('autoshift', 'x', { change: 'end' }), context)).toHaveProperty('remembered', true);
  });
});

describe('where ARC is not asked', () => {
  it.each([
    ['zonal-shift', '2026-11-24T11:59:55.000Z'],
    ['practice-run', '2026-11-21T12:59:55.000Z'],
    ['fis-experiment', '2026-11-21T23:59:55.000Z'],
    ['autoshift', '2026-11-28T11:59:55.000Z'],
  ])('a %s counts, old or not, and ends by itself at the latest', (kind, until) => {
    expect(believe(signal(kind, 'any'), unasked)).toMatchObject({ until });
    expect(believe(signal(kind, 'any', ago(60 * MINUTE)), unasked)).not.toHaveProperty('standing', 'pending');
  });

  it('an end that the event tells is kept, and an end ends', () => {
    const until = '2026-11-21T13:00:00Z';
    expect(believe(signal('zonal-shift', ARN, { until }), unasked)).toMatchObject({ until });
    const end = signal('zonal-shift', ARN, { change: 'end' });
    expect(believe(end, unasked)).toEqual(end);
  });
});

describe('the rules', () => {
  it('record practice runs and experiments, and may ignore or enforce any kind', () => {
    expect(believe(signal('practice-run', ARN), asked)).toHaveProperty('standing', 'recorded');
    expect(believe(signal('fis-experiment', ARN), unasked)).toHaveProperty('standing', 'recorded');
    const kinds = {
      ...DEFAULT_ZONE_RULES.kinds,
      'practice-run': 'enforce',
      'zonal-shift': 'ignore',
    } as const;
    const rules = { ...DEFAULT_ZONE_RULES, kinds };
    expect(believe(signal('practice-run', ARN), { ...asked, rules })).not.toHaveProperty('standing');
    expect(believe(signal('zonal-shift', ARN), { ...asked, rules })).toContain('ignore');
  });

  it('tell an autoshift of the Region from one of our resource, and may leave the Region out', () => {
    const kinds = { ...DEFAULT_ZONE_RULES.kinds, 'observer-autoshift': 'record' } as const;
    const rules = { ...DEFAULT_ZONE_RULES, kinds };
    expect(believe(signal('autoshift', 'region'), { ...asked, rules })).toHaveProperty(
      'standing',
      'recorded',
    );
    expect(believe(signal('autoshift', ARN), { ...asked, rules })).not.toHaveProperty('standing');
    const cluster = { ...DEFAULT_ZONE_RULES, scope: 'cluster' } as const;
    expect(believe(signal('autoshift', 'region'), { ...asked, rules: cluster })).toContain('ignore');
  });

  it('enforce a kind that nobody knows', () => {
    expect(believe(signal('zonal-drill', ARN), asked)).not.toHaveProperty('standing');
  });
});
