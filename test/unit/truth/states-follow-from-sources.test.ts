import { describe, expect, it } from 'vitest';
import { followParents } from '../../../shared/record/child-zones.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import { guardLimit, heldBack } from '../../../shared/record/guard.ts';
import { hear } from '../../../shared/record/hear.ts';
import { applyRules } from '../../../shared/record/settle-reasons.ts';
import type { RecordedSource, RecordedState, ZoneRecord } from '../../../shared/record/zone-record.ts';
import { resolveStates } from '../../../shared/record/zone-states.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../../../shared/settings/zone-rules.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const at = (hour: number) => `2026-11-21T${String(hour).padStart(2, '0')}:00:00Z`;
const THREE = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b', 'use1-az3': 'us-east-1c' };

const shift = (hour: number, members: Partial<RecordedSource> = {}): RecordedSource => ({
  id: 'arc/x',
  kind: 'zonal-shift',
  since: at(hour),
  ...members,
});
const zone = (id: string, state: RecordedState, ...sources: RecordedSource[]) => ({ id, state, sources });
const recordOf = (zones: ZoneRecord['zones'], used?: Record<string, string>): ZoneRecord => ({
  generation: 5,
  zones,
  ended: {},
  ...(used === undefined ? {} : { used }),
});
const rulesWith = (rules: Partial<ZoneRules> = {}) => ({
  rules: { ...DEFAULT_ZONE_RULES, ...rules },
  nowMs: NOW,
});
const states = (record: ZoneRecord) => record.zones.map(({ id, state }) => `${id} ${state}`);

describe('the state of a zone', () => {
  it.each([
    ['a source that counts', 'recorded', [shift(4)], 'impaired'],
    ['only what is recorded', 'recorded', [shift(4, { standing: 'recorded' })], 'recorded'],
    ['only what ARC does not apply', 'recorded', [shift(4, { standing: 'not-applied' })], 'recorded'],
    ['only what waits for ARC', 'recorded', [shift(4, { standing: 'pending' })], 'recorded'],
    ['nothing any more', 'impaired', [], 'recovering'],
    ['only what has expired', 'impaired', [shift(4, { until: at(11) })], 'recovering'],
    ['a source again while it recovers', 'recovering', [shift(4)], 'impaired'],
  ] as const)('with %s', (_, was, sources, expected) => {
    const before = recordOf([zone('use1-az1', was)]);
    const after = recordOf([zone('use1-az1', was, ...sources)]);
    expect(states(resolveStates(before, after, rulesWith()))).toEqual([`use1-az1 ${expected}`]);
  });

  it('that recovers gives way to what is only recorded, and to nothing', () => {
    const record = recordOf([
      zone('use1-az1', 'recovering', shift(4, { standing: 'recorded' })),
      zone('use1-az2', 'recovering'),
    ]);
    const done = completeRecovery(record, ['use1-az1', 'use1-az2'], NOW);
    expect([states(done), done.generation]).toEqual([['use1-az1 recorded'], 6]);
  });

  it('lasts for the recovery delay, which readers that see it expire can see ahead', () => {
    const before = recordOf([zone('use1-az1', 'impaired', shift(4, { until: at(13) }))]);
    const rules = rulesWith({ recoveryDelayMs: 600_000 });
    const resolved = resolveStates(before, before, rules);
    expect(resolved.zones[0]?.sources.find(({ id }) => id === 'recovery-delay')).toMatchObject({
      since: '2026-11-21T13:00:00.000Z',
      until: '2026-11-21T13:10:00.000Z',
    });
    const gone = recordOf([zone('use1-az1', 'impaired')]);
    const ended = resolveStates(recordOf([zone('use1-az1', 'impaired', shift(4))]), gone, rules);
    expect(ended.zones[0]).toMatchObject({
      state: 'impaired',
      sources: [{ until: '2026-11-21T12:10:00.000Z' }],
    });
  });
});

describe('the guard', () => {
  const candidate = (id: string, hour: number, members: object = {}) => ({
    ...{ id, since: at(hour), standing: false, forced: false },
    ...members,
  });

  it.each([
    ['all of three less one', THREE, undefined, 2],
    ['what the rules say', THREE, 1, 1],
    ['none of one', { 'use1-az1': '' }, undefined, 0],
    ['unknown where nobody knows what is used', undefined, 1, undefined],
    ['unknown where nothing is used', {}, undefined, undefined],
  ] as const)('allows %s', (_, used, most, expected) => {
    expect(guardLimit(used, most)).toBe(expected);
  });

  it('lets through what was first, unless another is enforced already or forced', () => {
    const held = (...zones: ReturnType<typeof candidate>[]) => [...heldBack(zones, THREE, 1)];
    expect(held(candidate('use1-az1', 5), candidate('use1-az2', 4))).toEqual(['use1-az1']);
    expect(held(candidate('use1-az1', 5, { standing: true }), candidate('use1-az2', 4))).toEqual([
      'use1-az2',
    ]);
    expect(held(candidate('use1-az1', 5, { forced: true }), candidate('use1-az2', 4))).toEqual(['use1-az2']);
    const both = [candidate('use1-az1', 5, { forced: true }), candidate('use1-az2', 4, { forced: true })];
    expect(held(...both)).toEqual([]);
  });

  it('does not count what the cluster does not use', () => {
    expect([...heldBack([candidate('usw2-az1', 1), candidate('use1-az1', 2)], THREE, 1)]).toEqual([]);
  });

  it('holds a new zone back at once, and takes one out that is enforced by way of its recovery', () => {
    const two = { 'use1-az1': '', 'use1-az2': '' };
    const before = recordOf([zone('use1-az1', 'impaired', shift(4))], two);
    const second = recordOf([...before.zones, zone('use1-az2', 'recorded', shift(5))], two);
    const resolved = resolveStates(before, second, rulesWith());
    expect([states(resolved), resolved.generation]).toEqual([['use1-az1 impaired', 'use1-az2 held'], 5]);
    const fewer = recordOf([zone('use1-az1', 'impaired', shift(4))], { 'use1-az1': '' });
    const out = resolveStates(before, fewer, rulesWith());
    expect(states(out)).toEqual(['use1-az1 recovering']);
    expect(states(completeRecovery(out, ['use1-az1'], NOW))).toEqual(['use1-az1 held']);
  });
});

describe('rules that change', () => {
  it('are put on what stands in the record', () => {
    const practice = shift(4, { kind: 'practice-run', standing: 'recorded' });
    const record = recordOf([zone('use1-az1', 'recorded', practice)]);
    const kinds = (rule: 'enforce' | 'ignore') => ({ ...DEFAULT_ZONE_RULES.kinds, 'practice-run': rule });
    expect(applyRules(record, rulesWith())).toBe(record);
    const enforced = applyRules(record, rulesWith({ kinds: kinds('enforce') }));
    expect([states(enforced), enforced.generation]).toEqual([['use1-az1 impaired'], 6]);
    expect(states(applyRules(enforced, rulesWith()))).toEqual(['use1-az1 recovering']);
    expect(states(applyRules(record, rulesWith({ kinds: kinds('ignore') })))).toEqual([]);
  });
});

describe('a Local Zone', () => {
  const parents = new Map([['use1-bos1-az1', 'use1-az1']]);
  const follow = { ...rulesWith({ childZones: 'follow' }), nameOf: () => undefined };
  const away = recordOf([zone('use1-az1', 'impaired', shift(4))]);

  it('follows its parent only if told so, and is given back after it', () => {
    expect(followParents(away, parents, { ...rulesWith(), nameOf: () => undefined })).toBe(away);
    const both = followParents(away, parents, follow);
    expect(states(both)).toEqual(['use1-az1 impaired', 'use1-bos1-az1 impaired']);
    expect(followParents(both, parents, follow)).toBe(both);
    const [parent, child] = both.zones;
    if (parent === undefined || child === undefined) throw new Error('two zones');
    const ended = { ...both, zones: [{ ...parent, state: 'recovering' as const, sources: [] }, child] };
    expect(states(followParents(ended, parents, follow))).toEqual([
      'use1-az1 recovering',
      'use1-bos1-az1 recovering',
    ]);
  });
});

describe('what is heard', () => {
  const heard = { signals: [], look: true, receivedAt: NOW - 5 };
  const context = { ...rulesWith(), arc: true, resourceArn: undefined, nameOf: () => undefined };
  const start = {
    ...{ change: 'start' as const, zoneId: 'use1-az1', at: new Date(NOW - 9).toISOString() },
    source: { id: 'autoshift/region', kind: 'autoshift' },
  };

  it('asks for a look in the same write, where ARC is asked', () => {
    const record = recordOf([]);
    expect(hear(record, heard, context).record.requests).toEqual({ look: '2026-11-21T12:00:00.000Z' });
    expect(hear(record, heard, { ...context, arc: false }).record).toBe(record);
  });

  it('says when the message came that changed what is enforced, and only of that', () => {
    const first = hear(recordOf([]), { ...heard, signals: [start] }, context).record;
    const at = '2026-11-21T11:59:59.995Z';
    expect(first.requests).toMatchObject({ received: { generation: 6, at } });
    const again = hear(first, { ...heard, signals: [start], receivedAt: NOW }, context);
    expect(again.record.requests).toMatchObject({ received: { generation: 6, at } });
    expect(again.hearings).toEqual([{ outcome: 'duplicate' }]);
  });

  it('tells of each signal what it did, in their order', () => {
    const rules = { ...DEFAULT_ZONE_RULES, scope: 'cluster' as const };
    const mine = { ...start, source: { id: 'autoshift/mine', kind: 'autoshift' } };
    const { hearings } = hear(recordOf([]), { ...heard, signals: [start, mine] }, { ...context, rules });
    expect(hearings.map(({ outcome }) => outcome)).toEqual(['ignored', 'applied']);
  });
});
