import { expect, it } from 'vitest';
import { leading, recordOf, ZONE } from './leading.ts';
import { until } from './sqs-server.ts';

const BEFORE = Date.parse('2026-11-21T03:00:00Z');

it('a leader that listens to a queue tells once of a shift that ARC alone told of', async () => {
  const record = recordOf(1, 'impaired');
  const zones = record.zones.map((zone) => ({
    ...zone,
    sources: zone.sources.map((source) => ({ ...source, id: 'arc/autoshift/region', via: 'arc' as const })),
  }));
  const listening = { firstMs: BEFORE, againMs: BEFORE };
  const leader = await leading({ ...record, zones }, () => undefined, true, listening);
  const silent = () => leader.told.filter((words) => words.startsWith('silent'));
  await until(() => silent().length > 0);
  const { looks } = leader.state;
  await until(() => leader.state.looks > looks + 1);
  expect(silent()).toEqual([`silent ${ZONE.id} autoshift`]);
});
