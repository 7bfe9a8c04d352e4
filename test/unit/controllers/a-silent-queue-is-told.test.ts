import { describe, expect, it } from 'vitest';
import { hear } from '../../../shared/record/hear.ts';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { decodeRecord, encodeRecord } from '../../../shared/record/record-document.ts';
import {
  EVENT_PATIENCE_MS,
  type Listening,
  shiftsWithoutEvent,
} from '../../../shared/record/shifts-without-event.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../../../shared/settings/zone-rules.ts';
import { createSilentQueue } from '../../../watcher/controllers/silent-queue.ts';
import { sceneInMemory } from './scene-in-memory.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const ZONE = 'use1-az1';
const time = (ms: number) => new Date(ms).toISOString();
const LISTENING: Listening = { firstMs: NOON - 60 * MINUTE, againMs: NOON - 60 * MINUTE };
const DUE = NOON + EVENT_PATIENCE_MS;

/** One look that finds an autoshift of the Region which began at that moment. */
function afterALook(record: ZoneRecord, begunMs: number, rules: ZoneRules = DEFAULT_ZONE_RULES): ZoneRecord {
  const fact = { zoneId: ZONE, id: 'arc/autoshift/region', kind: 'autoshift', since: time(begunMs) };
  const look = { askedAtMs: begunMs + 1000, region: [{ ...fact, applied: true }], resource: [] };
  return reconcileWithArc(record, look, { rules, nowMs: begunMs + 1000, nameOf: () => 'us-east-1a' });
}

function afterAnEvent(
  record: ZoneRecord,
  atMs: number,
  scope = 'region',
  rules = DEFAULT_ZONE_RULES,
): ZoneRecord {
  const source = { id: `autoshift/${scope}`, kind: 'autoshift' };
  const signal = { change: 'start' as const, zoneId: ZONE, source, at: time(atMs) };
  const context = { rules, arc: true, resourceArn: undefined, nowMs: atMs, nameOf: () => undefined };
  return hear(record, { signals: [signal], look: true, receivedAt: atMs }, context).record;
}

const silentIn = (record: ZoneRecord, nowMs: number, listening: Listening | undefined = LISTENING) =>
  shiftsWithoutEvent(record, listening, nowMs).map(({ zoneId, kind, since }) => `${zoneId} ${kind} ${since}`);
const SILENT = [`${ZONE} autoshift ${time(NOON)}`];

describe('a shift that ARC lists', () => {
  const listed = afterALook(EMPTY_RECORD, NOON);

  it('and of which no event told is silent after five minutes, and not before', () => {
    expect(silentIn(listed, DUE - 1)).toEqual([]);
    expect(silentIn(listed, DUE)).toEqual(SILENT);
  });

  it.each([
    ['before the look', afterALook(afterAnEvent(EMPTY_RECORD, NOON), NOON)],
    ['after the look, and before the next one', afterAnEvent(listed, NOON + 2000)],
    ['after the look', afterALook(afterAnEvent(listed, NOON + 2000), NOON)],
  ])('is not where an event told of it %s', (_, record) => {
    expect(silentIn(record, DUE)).toEqual([]);
    // Another process knows it by the record.
    expect(silentIn(decodeRecord(encodeRecord(record)).record, DUE)).toEqual([]);
  });

  it('is not where the rules tell the event from what ARC lists', () => {
    const kinds = { ...DEFAULT_ZONE_RULES.kinds, 'observer-autoshift': 'record' } as const;
    const rules = { ...DEFAULT_ZONE_RULES, kinds };
    const record = afterALook(afterAnEvent(EMPTY_RECORD, NOON, 'a-name', rules), NOON, rules);
    expect(record.zones[0]?.sources).toHaveLength(2);
    expect(silentIn(record, DUE)).toEqual([]);
  });

  it('is told anew of the next autoshift of the zone, although the one before was heard', () => {
    const heard = afterALook(afterAnEvent(EMPTY_RECORD, NOON - 30 * MINUTE), NOON - 30 * MINUTE);
    expect(silentIn(heard, DUE)).toEqual([]);
    expect(silentIn(afterALook(heard, NOON), DUE)).toEqual(SILENT);
  });

  it('is not where it began before the queue was listened to: its event went to somebody else', () => {
    const later = { firstMs: NOON + 1, againMs: NOON + 1 };
    expect(silentIn(listed, NOON + 60 * MINUTE, later)).toEqual([]);
  });

  it('waits for five minutes after the queue answers again: what waited in it comes then', () => {
    const again = { firstMs: LISTENING.firstMs, againMs: NOON + 20 * MINUTE };
    expect(silentIn(listed, NOON + 25 * MINUTE - 1, again)).toEqual([]);
    expect(silentIn(listed, NOON + 25 * MINUTE, again)).toEqual(SILENT);
  });

  it('says nothing of a queue that is not, or does not answer', () => {
    expect(shiftsWithoutEvent(listed, undefined, DUE)).toEqual([]);
    expect(shiftsWithoutEvent(undefined, LISTENING, DUE)).toEqual([]);
  });

  it('by an event alone, or by a person, is none of it', () => {
    expect(silentIn(afterAnEvent(EMPTY_RECORD, NOON), DUE)).toEqual([]);
  });
});

describe('the leader', () => {
  it('tells a silent queue once a shift, also where the queue fails in between, and again of the next shift', async () => {
    const scene = sceneInMemory(afterALook(EMPTY_RECORD, NOON));
    const state: { nowMs: number; listening: Listening | undefined } = { nowMs: DUE, listening: LISTENING };
    const controller = createSilentQueue({ ...scene, now: () => state.nowMs }, () => state.listening);
    const look = () => controller.reconcile(new AbortController().signal);
    const told = () => scene.heard.of('shift-without-event');
    await look();
    expect(told()).toEqual([{ zoneId: ZONE, zone: 'us-east-1a', kind: 'autoshift', since: time(NOON) }]);
    state.listening = undefined;
    await look();
    state.listening = LISTENING;
    await look();
    expect(told()).toHaveLength(1);
    scene.records.see(afterALook(EMPTY_RECORD, NOON + 60 * MINUTE));
    state.nowMs = DUE + 60 * MINUTE;
    await look();
    expect(told().map(({ since }) => since)).toEqual([time(NOON), time(NOON + 60 * MINUTE)]);
  });
});
