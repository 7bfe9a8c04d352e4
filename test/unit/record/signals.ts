import fc from 'fast-check';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';

/** The default rules, at a moment. */
export const asOf = (nowMs: number) => ({ rules: DEFAULT_ZONE_RULES, nowMs });

export const NOON = Date.parse('2026-11-21T12:00:00Z');

/** An hour of the day on which these tests play: `at(4)` is `2026-11-21T04:00:00Z`. */
export function at(hour: number): string {
  return `2026-11-21T${String(hour).padStart(2, '0')}:00:00Z`;
}

export function start(zoneId: string, hour: number, source = 'autoshift/region'): ZoneSignal {
  return { change: 'start', zoneId, source: { id: source, kind: 'autoshift' }, at: at(hour) };
}

export function end(zoneId: string, hour: number, source = 'autoshift/region'): ZoneSignal {
  return { ...start(zoneId, hour, source), change: 'end' };
}

/** What is active in a record, as `zone source`, sorted. */
export function activeIn(record: ZoneRecord): string[] {
  return record.zones.flatMap(({ id, sources }) => sources.map((source) => `${id} ${source.id}`)).sort();
}

/** The zones of a record in short: `use1-az1 impaired`. */
export function statesIn(record: ZoneRecord): string[] {
  return record.zones.map(({ id, state }) => `${id} ${state}`);
}

/** Signals of few zones, sources and hours, so that they meet; an instant is written in two ways. */
export const anySignal: fc.Arbitrary<ZoneSignal> = fc.record({
  change: fc.constantFrom('start', 'end'),
  zoneId: fc.constantFrom('use1-az1', 'use1-az2', 'usw2-lax1-az1'),
  source: fc.record({
    id: fc.constantFrom('autoshift/region', 'autoshift/cluster'),
    kind: fc.constant('autoshift'),
  }),
  at: fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.boolean())
    .map(([hour, elsewhere]) =>
      elsewhere ? `2026-11-21T${String(hour + 2).padStart(2, '0')}:00:00.000+02:00` : at(hour),
    ),
});

export const anySignals = fc.array(anySignal, { maxLength: 14 });
