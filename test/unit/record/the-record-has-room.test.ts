import { describe, expect, it } from 'vitest';
import { type ArcLook, factsOf } from '../../../shared/record/arc-facts.ts';
import { hear } from '../../../shared/record/hear.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { encodeRecord } from '../../../shared/record/record-document.ts';
import { type TendScene, tendRecord } from '../../../shared/record/tend-record.ts';
import { EMPTY_RECORD, type RecordedSource, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { activeIn, NOON } from './signals.ts';

const KIB = 1024;
const rules = DEFAULT_ZONE_RULES;
const nameOf = () => undefined;
const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';

interface Forged {
  readonly type?: string;
  readonly zone?: string;
  readonly resources?: readonly string[];
  readonly atMs?: number;
}

/** The body of an event as whoever may write to the queue sends it. */
function body({ type = 'Autoshift In Progress', zone = 'use1-az1', resources = [], atMs = NOON }: Forged) {
  return JSON.stringify({
    id: '1',
    source: 'aws.arc-zonal-shift',
    'detail-type': type,
    time: new Date(atMs).toISOString(),
    resources,
    detail: { metadata: { awayFrom: zone } },
  });
}

interface Mode {
  readonly arc?: boolean;
  readonly nowMs?: number;
  readonly nameOf?: (id: string) => string | undefined;
}

function heard(record: ZoneRecord, events: readonly Forged[], mode: Mode = {}) {
  const read = events.map((event) => readMessage({ id: '1', receiptHandle: '1', body: body(event) }));
  const { arc = true, nowMs = NOON } = mode;
  const context = { rules, arc, resourceArn: ARN, nowMs, nameOf: mode.nameOf ?? nameOf };
  return hear(
    record,
    { signals: read.flatMap(({ signals }) => signals), look: true, receivedAt: nowMs },
    context,
  );
}

const bytes = (record: ZoneRecord) => Buffer.byteLength(JSON.stringify(encodeRecord(record)));
const sourcesOf = ({ zones }: ZoneRecord, id = 'use1-az1') =>
  zones.find((zone) => zone.id === id)?.sources.map((source) => source.id) ?? [];
const names = (count: number, text = 'r') =>
  Array.from({ length: count }, (_, index) => `${index}-${text.repeat(2040)}`);

const scene = (members: Partial<TendScene> = {}): TendScene => ({
  rules,
  nowMs: NOON,
  nameOf,
  parents: new Map(),
  used: undefined,
  mute: [],
  highestMark: 0,
  ...members,
});

function looked(record: ZoneRecord, nowMs: number, members: Partial<ArcLook> = {}): ZoneRecord {
  const look: ArcLook = { askedAtMs: nowMs, region: [], resource: [], ...members };
  return reconcileWithArc(record, look, { rules, nowMs, nameOf });
}

describe('twelve forged messages', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => ({
    zone: `use1-az${index}`,
    resources: names(50, '"'),
  }));

  it('leave a record of a quarter of a ConfigMap, that ARC can correct', () => {
    let record = EMPTY_RECORD;
    for (const one of twelve) record = heard(record, [one]).record;
    expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    for (let look = 0; look < 3; look += 1) {
      record = looked(record, NOON + look * 60_000);
      expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    }
    expect(activeIn(record)).toEqual([]);
  });

  it('say what had no room', () => {
    const { hearings } = heard(EMPTY_RECORD, twelve);
    expect(hearings.filter(({ outcome }) => outcome === 'applied').length).toBeGreaterThan(20);
    expect(hearings.filter(({ outcome }) => outcome === 'no-room')[0]?.why).toContain('no room');
  });
});

describe('the reasons of a zone', () => {
  it('are ten by event at the most; of the same worth the newest stay', () => {
    const ages = Array.from({ length: 30 }, (_, age) => ({
      resources: [`r-${age}`],
      atMs: NOON - age * 1000,
    }));
    const kept = Array.from({ length: 10 }, (_, age) => `autoshift/r-${age}`).sort();
    expect(sourcesOf(heard(EMPTY_RECORD, ages).record)).toEqual(kept);
    expect(sourcesOf(heard(EMPTY_RECORD, ages.toReversed()).record)).toEqual(kept);
  });

  it('that the rules only record keep no real one out: fifty forged practice runs', () => {
    const forged = Array.from({ length: 50 }, (_, index) => ({
      type: 'Practice Run Started',
      resources: [`name-${index}`],
    }));
    const filled = heard(EMPTY_RECORD, forged, { arc: false }).record;
    expect(sourcesOf(filled)).toHaveLength(10);
    const { record, hearings, dropped } = heard(filled, [{ atMs: NOON - 60_000 }], { arc: false });
    expect(hearings).toEqual([{ outcome: 'applied' }]);
    expect(sourcesOf(record)).toContain('autoshift/region');
    expect(record.zones[0]?.state).toBe('impaired');
    expect(dropped).toEqual([{ zoneId: 'use1-az1', sources: 1 }]);
  });

  it('of one resource push out none of the Region, however new they are', () => {
    const region = heard(EMPTY_RECORD, [{ atMs: NOON - 3_600_000 }], { arc: false }).record;
    const flood = Array.from({ length: 200 }, (_, index) => ({
      resources: [`r-${index}`, `${index}/region`],
    }));
    expect(sourcesOf(heard(region, flood, { arc: false }).record)).toContain('autoshift/region');
  });

  it('that a message repeats are one', () => {
    const resources = Array.from({ length: 100 }, () => 'same');
    expect(heard(EMPTY_RECORD, [{ resources }]).hearings).toHaveLength(1);
  });
});

describe('the name of a resource', () => {
  it.each(['r', '"', '\\', '\n', '\u0000', '😀', 'ä', '\ud800'])(
    'of two thousand times %j is short',
    (text) => {
      const resources = [text.repeat(2048).slice(0, 2048)];
      const { record } = heard(EMPTY_RECORD, [{ resources }]);
      expect(JSON.stringify(sourcesOf(record)[0]).length).toBeLessThanOrEqual(300);
      expect(bytes(record)).toBeLessThanOrEqual(2 * KIB);
    },
  );

  it('that is short is as it is, and two that begin alike are two', () => {
    const resources = [
      ARN,
      'x'.repeat(256),
      ...names(2).map((name) => `y${name.slice(2)}${name.slice(0, 1)}`),
    ];
    const ids = sourcesOf(heard(EMPTY_RECORD, [{ resources }]).record);
    expect(ids).toEqual(expect.arrayContaining([`autoshift/${ARN}`, `autoshift/${'x'.repeat(256)}`]));
    expect(new Set(ids).size).toBe(4);
  });

  it('is the same in the end as in the start', () => {
    const resources = names(1);
    const { record } = heard(EMPTY_RECORD, [{ resources }], { arc: false });
    const ended = heard(record, [{ type: 'Autoshift Completed', resources }], { arc: false });
    expect(activeIn(ended.record)).toEqual([]);
  });
});

describe('zones', () => {
  const flood = Array.from({ length: 300 }, (_, index) => ({
    zone: `zone-${index}`,
    type: 'Practice Run Started',
    resources: ['r'],
    atMs: NOON - index,
  }));

  it('that nothing but events knows are twenty at the most', () => {
    const { record } = heard(EMPTY_RECORD, flood, { arc: false });
    expect(record.zones).toHaveLength(20);
    expect(heard(record, [{ zone: 'use1-az1' }], { arc: false }).hearings).toEqual([{ outcome: 'applied' }]);
  });

  it('that the account names, or that ARC tells of, have room beside them', () => {
    const { record } = heard(EMPTY_RECORD, flood, { arc: false });
    const named = (id: string) => (id.startsWith('use1') ? `name-${id}` : undefined);
    const ours = Array.from({ length: 30 }, (_, index) => ({ zone: `use1-az${index}` }));
    const { hearings } = heard(record, ours, { arc: false, nameOf: named });
    expect(new Set(hearings.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    const fact = { id: 'arc/1', kind: 'zonal-shift', since: new Date(NOON).toISOString(), applied: true };
    const seen = looked(record, NOON, { resource: [{ ...fact, zoneId: 'use1-az9' }] });
    expect(sourcesOf(seen, 'use1-az9')).toEqual(['arc/1']);
  });

  it('that are enforced are given to nobody else', () => {
    const impairing = flood.map((one) => ({ ...one, type: 'Autoshift In Progress' }));
    const first = heard(EMPTY_RECORD, impairing.slice(0, 20), { arc: false }).record;
    const { record, hearings } = heard(first, impairing.slice(20), { arc: false });
    expect(record.zones.map(({ id }) => id)).toEqual(first.zones.map(({ id }) => id));
    expect(new Set(hearings.map(({ outcome }) => outcome))).toEqual(new Set(['no-room']));
  });
});

describe('ends', () => {
  it('of sources that stand, and of the Region, are remembered before those that somebody makes up', () => {
    const real = { type: 'Autoshift Completed', atMs: NOON - 3_600_000 };
    let record = heard(EMPTY_RECORD, [{ atMs: NOON - 7_200_000 }, real]).record;
    for (let index = 0; index < 20; index += 1) {
      const forged = { type: 'Autoshift Completed', zone: `zone-${index}`, resources: names(100) };
      record = heard(record, [forged]).record;
    }
    expect(record.ended).toHaveProperty(['use1-az1 autoshift/region']);
    expect(bytes({ ...EMPTY_RECORD, ended: record.ended })).toBeLessThanOrEqual(64 * KIB);
  });
});

describe('a record that an earlier version let grow', () => {
  const since = new Date(NOON - 60_000).toISOString();
  const forged = (zone: number): RecordedSource[] =>
    names(50).map((name) => ({ id: `autoshift/${zone}/${name}`, kind: 'autoshift', since }));
  const overfull: ZoneRecord = {
    generation: 7,
    zones: Array.from({ length: 9 }, (_, index) => ({
      id: `use1-az${index}`,
      state: 'impaired' as const,
      sources: forged(index),
    })),
    ended: {},
  };

  it('is brought within its room by itself, and no zone of it is given back', () => {
    expect(bytes(overfull)).toBeGreaterThan(900 * KIB);
    const record = tendRecord(overfull, scene());
    expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    expect(record.zones.map(({ state }) => state)).toEqual(overfull.zones.map(() => 'impaired'));
    expect(record.generation).toBe(7);
    expect(tendRecord(record, scene())).toBe(record);
  });

  it('keeps what ARC and people said', () => {
    const arc = { id: 'arc/1', kind: 'zonal-shift', since, via: 'arc' as const };
    const operator = {
      id: 'operator',
      kind: 'operator',
      since,
      via: 'operator' as const,
      by: 'me',
      reason: 'why',
    };
    const zones = overfull.zones.map((zone) => ({ ...zone, sources: [arc, operator, ...zone.sources] }));
    const record = tendRecord({ ...overfull, zones }, scene());
    expect(bytes(record)).toBeLessThanOrEqual(256 * KIB);
    for (const zone of record.zones) expect(zone.sources).toEqual(expect.arrayContaining([arc, operator]));
  });

  it('loses texts that nobody would read to the end', () => {
    const long = 'x'.repeat(100_000);
    const source = { id: 'operator', kind: long, since, via: 'operator' as const, by: long, reason: long };
    const zones = [{ id: 'use1-az1', name: long, state: 'impaired' as const, sources: [source] }];
    const used = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`z-${index}`, long]));
    const record = tendRecord({ ...EMPTY_RECORD, zones, used }, scene());
    expect(bytes(record)).toBeLessThanOrEqual(16 * KIB);
    expect(sourcesOf(record)).toEqual(['operator']);
  });
});

describe('what ARC tells', () => {
  it('in an answer of thousands is what is applied, and the newest of the rest', () => {
    const zonalShifts = Array.from({ length: 5000 }, (_, index) => ({
      id: `${'i'.repeat(3000)}${index}`,
      zoneId: 'use1-az1',
      type: 'T'.repeat(3000),
      since: new Date(NOON - index * 1000).toISOString(),
      until: undefined,
      applied: index === 4999,
    }));
    const resource = { ok: true as const, value: { zonalShifts, autoshifts: [] } };
    const autoshifts = { ok: true as const, value: [] };
    const facts = factsOf({ askedAtMs: NOON, autoshifts, zonalShifts: undefined, resource }).resource ?? [];
    expect(facts).toHaveLength(200);
    expect(facts.filter(({ applied }) => applied)).toHaveLength(1);
    expect(Buffer.byteLength(JSON.stringify(facts))).toBeLessThan(120 * KIB);
    expect(looked(EMPTY_RECORD, NOON, { resource: facts }).zones[0]?.state).toBe('impaired');
  });

  it('has 64 KiB whatever events said, and is bounded itself: what counts stays', () => {
    let record = EMPTY_RECORD;
    for (let zone = 0; zone < 20; zone += 1)
      record = heard(record, [{ zone: `use1-az${zone}`, resources: names(100, '\n') }]).record;
    const since = new Date(NOON - 1000).toISOString();
    const resource = Array.from({ length: 5000 }, (_, index) => ({
      zoneId: `use1-az${index % 6}`,
      id: `arc/${String(index).padStart(36, '0')}`,
      kind: 'zonal-shift',
      since,
      applied: index < 6,
    }));
    const seen = looked(record, NOON, { resource });
    expect(bytes(seen)).toBeLessThanOrEqual(256 * KIB);
    const ofArc = seen.zones.flatMap(({ sources }) => sources.filter(({ via }) => via === 'arc'));
    expect(ofArc.filter(({ standing }) => standing === undefined)).toHaveLength(6);
    expect(Buffer.byteLength(JSON.stringify(ofArc))).toBeGreaterThan(64 * KIB);
    const again = looked(seen, NOON, { resource });
    expect(looked(again, NOON, { resource })).toBe(again);
  });
});
