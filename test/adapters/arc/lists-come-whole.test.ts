import { describe, expect, it } from 'vitest';
import { arc, asking, CLUSTER, EIGHT, never } from './asking-arc.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const HOUR = 3600;

describe('one look', () => {
  it('has the autoshifts of the Region, the shifts of the cluster, and whether they are applied', async () => {
    const api = await arc();
    api.model.startAutoshift('use1-az1', EIGHT + 0.5, CLUSTER);
    const shift = api.model.startZonalShift(CLUSTER, 'use1-az2', EIGHT, { appliedStatus: 'NOT_APPLIED' });
    const before = Date.now();
    const answer = await asking(api).ask(never);
    const zonalShift = {
      id: shift.zonalShiftId,
      zoneId: 'use1-az2',
      type: 'ZONAL_SHIFT',
      since: at(EIGHT),
      until: at(EIGHT + HOUR),
    };
    expect(answer).toEqual({
      askedAtMs: expect.any(Number),
      autoshifts: { ok: true, value: [{ zoneId: 'use1-az1', since: at(EIGHT + 0.5) }] },
      zonalShifts: { ok: true, value: [{ ...zonalShift, applied: undefined }] },
      resource: {
        ok: true,
        value: {
          zonalShifts: [{ ...zonalShift, applied: false }],
          autoshifts: [{ zoneId: 'use1-az1', since: at(EIGHT + 0.5), applied: true }],
        },
      },
    });
    expect(answer.askedAtMs).toBeGreaterThanOrEqual(before);
  });

  it('has only what is active, and only of this cluster', async () => {
    const api = await arc();
    const { model } = api;
    model.startAutoshift('use1-az1', EIGHT);
    model.endAutoshift('use1-az1', EIGHT + HOUR);
    model.endZonalShift(model.startZonalShift(CLUSTER, 'use1-az2', EIGHT).zonalShiftId);
    model.endZonalShift(model.startZonalShift(CLUSTER, 'use1-az2', EIGHT).zonalShiftId, 'EXPIRED');
    model.startZonalShift(`${CLUSTER}-2`, 'use1-az3', EIGHT);
    const answer = await asking(api).ask(never);
    expect(answer.autoshifts).toEqual({ ok: true, value: [] });
    expect(answer.zonalShifts).toEqual({ ok: true, value: [] });
    expect(answer.resource).toMatchObject({ ok: true, value: { zonalShifts: [] } });
    expect(api.requests.map(({ query }) => query).filter(({ status }) => status !== undefined)).toEqual([
      { status: 'ACTIVE', maxResults: '100' },
      { status: 'ACTIVE', maxResults: '100', resourceIdentifier: CLUSTER },
    ]);
  });

  it('leaves out an item that says that it has ended, although nobody asked for those', async () => {
    const api = await arc();
    const items = ['ACTIVE', 'COMPLETED'].map((status) => ({
      awayFrom: `zone-${status}`,
      startTime: 1,
      status,
    }));
    api.misbehave('ListAutoshifts', { body: JSON.stringify({ items }) });
    const { autoshifts } = await asking(api).ask(never);
    expect(autoshifts).toMatchObject({ ok: true, value: [{ zoneId: 'zone-ACTIVE' }] });
  });

  it('asks for the Region alone where no resource is configured', async () => {
    const api = await arc();
    const answer = await asking(api, { resourceArn: undefined }).ask(never);
    expect(answer).toMatchObject({ autoshifts: { ok: true }, zonalShifts: undefined, resource: undefined });
    expect(api.requests).toHaveLength(1);
  });
});

describe('a list of many pages', () => {
  it('is read to its end', async () => {
    const api = await arc();
    const zones = Array.from({ length: 25 }, (_, index) => `use1-az${index}`);
    for (const zone of zones) {
      api.model.startAutoshift(zone, EIGHT);
      api.model.startZonalShift(CLUSTER, zone, EIGHT);
    }
    api.setPageSize(2);
    const { autoshifts, zonalShifts } = await asking(api).ask(never);
    expect(autoshifts.ok && autoshifts.value.map(({ zoneId }) => zoneId)).toEqual(zones);
    expect(zonalShifts?.ok && zonalShifts.value.map(({ zoneId }) => zoneId)).toEqual(zones);
    expect(api.count('ListAutoshifts')).toBe(13);
    expect(api.count('ListZonalShifts')).toBe(13);
  });

  it('ends where the token is empty', async () => {
    const api = await arc();
    api.misbehave('ListAutoshifts', { body: '{"items": [], "nextToken": ""}' });
    expect((await asking(api).ask(never)).autoshifts).toEqual({ ok: true, value: [] });
    expect(api.count('ListAutoshifts')).toBe(1);
  });

  it('is not believed when one page of it fails', async () => {
    const api = await arc();
    for (const zone of ['use1-az1', 'use1-az2', 'use1-az3']) api.model.startAutoshift(zone, EIGHT);
    api.setPageSize(1);
    api.misbehave('ListAutoshifts', { slowMs: 0 }, 2);
    api.misbehave('ListAutoshifts', 'denied');
    expect((await asking(api).ask(never)).autoshifts).toMatchObject({ ok: false, trouble: 'denied' });
    expect(api.count('ListAutoshifts')).toBe(3);
  });

  it('is not believed when it goes in circles', async () => {
    const api = await arc();
    api.misbehave('ListAutoshifts', { body: '{"items": [], "nextToken": "again"}' });
    const { autoshifts } = await asking(api).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'unreadable' });
    expect(api.count('ListAutoshifts')).toBe(2);
  });

  it('is not believed when it has no end', async () => {
    const api = await arc();
    for (let index = 0; index < 51; index += 1) api.model.startAutoshift('use1-az1', EIGHT);
    api.setPageSize(1);
    const { autoshifts } = await asking(api).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'unreadable' });
    expect(api.count('ListAutoshifts')).toBe(50);
  });
});

describe('an item', () => {
  const good = { awayFrom: 'use1-az1', startTime: EIGHT, status: 'ACTIVE' };

  it.each([
    ['without a zone', { startTime: EIGHT, status: 'ACTIVE' }],
    ['with an empty zone', { ...good, awayFrom: '' }],
    ['whose zone is a number', { ...good, awayFrom: 1 }],
    ['without a time', { awayFrom: 'use1-az1', status: 'ACTIVE' }],
    ['whose time is a word', { ...good, startTime: 'soon' }],
    ['that is a string', 'use1-az1'],
  ])('%s makes the whole list unreadable', async (_, bad) => {
    const api = await arc();
    api.misbehave('ListAutoshifts', { body: JSON.stringify({ items: [good, bad] }) });
    const { autoshifts } = await asking(api).ask(never);
    expect(autoshifts).toMatchObject({ ok: false, trouble: 'unreadable', error: { code: 'arc.unreadable' } });
  });

  it.each([
    ['ListZonalShifts', { items: [{ awayFrom: 'use1-az1', startTime: EIGHT }] }],
    ['ListZonalShifts', { items: { 0: 'no list' } }],
    ['GetManagedResource', { zonalShifts: [], autoshifts: [{ awayFrom: 'use1-az1' }] }],
    ['GetManagedResource', { appliedWeights: {}, autoshifts: [] }],
  ] as const)('of %s that lacks what it needs makes the answer unreadable: %j', async (operation, answer) => {
    const api = await arc();
    api.misbehave(operation, { body: JSON.stringify(answer) });
    const { zonalShifts, resource, autoshifts } = await asking(api).ask(never);
    const asked = operation === 'ListZonalShifts' ? zonalShifts : resource;
    expect(asked).toMatchObject({ ok: false, trouble: 'unreadable' });
    expect(autoshifts.ok).toBe(true);
  });

  it('with words that ARC has learned since, and fields that nobody knows, is read all the same', async () => {
    const api = await arc();
    const item = { zonalShiftId: 'shift-1', awayFrom: 'use1-az1', startTime: EIGHT, novelty: { a: 1 } };
    api.misbehave('ListZonalShifts', {
      body: JSON.stringify({ items: [{ ...item, shiftType: 'METEORITE', status: 'SIMMERING' }] }),
    });
    api.misbehave('GetManagedResource', {
      body: JSON.stringify({
        zonalShifts: [{ ...item, appliedStatus: 'PARTLY' }],
        zonalAutoshiftStatus: 'X',
      }),
    });
    const { zonalShifts, resource } = await asking(api).ask(never);
    const read = {
      id: 'shift-1',
      zoneId: 'use1-az1',
      since: at(EIGHT),
      until: undefined,
      applied: undefined,
    };
    expect(zonalShifts).toEqual({ ok: true, value: [{ ...read, type: 'METEORITE' }] });
    expect(resource).toEqual({
      ok: true,
      value: { zonalShifts: [{ ...read, type: undefined }], autoshifts: [] },
    });
  });
});
