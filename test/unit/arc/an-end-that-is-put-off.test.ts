import { expect, it } from 'vitest';
import { reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';

/** A shift that ARC goes on to list after its end, by our clock: ours is ahead. */

const END = Date.parse('2026-11-21T05:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** One look, so long after the end that ARC names; what comes out is when the source ends, counted from the look. */
function look(afterEndMs: number, graceMs: number, record: ZoneRecord = EMPTY_RECORD) {
  const askedAtMs = END + afterEndMs;
  const until = new Date(END).toISOString();
  const since = '2026-11-21T04:00:00Z';
  const fact = { zoneId: 'use1-az1', id: 'arc/1', kind: 'zonal-shift', since, until, applied: true };
  const after = reconcileWithArc(
    record,
    { askedAtMs, region: [], resource: [fact] },
    { rules: { ...DEFAULT_ZONE_RULES, graceMs }, nowMs: askedAtMs, nameOf: () => undefined },
  );
  const [source] = after.zones[0]?.sources ?? [];
  return { record: after, leftMs: Date.parse(source?.until ?? '') - askedAtMs };
}

it.each([10 * SECOND, MINUTE, 15 * MINUTE])(
  'lasts until after the next look, which comes within a minute; grace period %s ms',
  (graceMs) => {
    const first = look(graceMs, graceMs);
    expect(first.leftMs).toBeGreaterThan(MINUTE);
    expect(first.record.zones).toMatchObject([{ state: 'impaired' }]);
    const second = look(graceMs + MINUTE, graceMs, first.record);
    expect(second.leftMs).toBeGreaterThan(MINUTE);
  },
);

it('is the one that ARC names, while that is past by less than the grace period', () => {
  expect(look(MINUTE - 1, MINUTE).leftMs).toBe(1 - MINUTE);
});
