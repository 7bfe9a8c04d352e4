import { describe, expect, it } from 'vitest';
import { boundedReach } from '../../../shared/record/reach.ts';
import {
  decodeRecord,
  encodeRecord,
  HISTORY_ANNOTATION,
  REACH_ANNOTATION,
} from '../../../shared/record/record-document.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { resolveStates } from '../../../shared/record/zone-states.ts';
import { asOf, at, NOON } from './signals.ts';

const AZ3 = 'use1-az3';
const before: ZoneRecord = {
  ...{ generation: 7, zones: [], ended: {} },
  reach: { zones: { 'use1-az1': { name: 'us-east-1a', by: 'a Node is there' } }, names: {} },
};
const source = { id: 'autoshift/region', kind: 'autoshift', since: at(4) };
const recorded = { id: AZ3, state: 'recorded' as const, sources: [source] };
const ours = resolveStates(before, { ...before, zones: [recorded] }, asOf(NOON));

/** An earlier version knows four states, and leaves out members and annotations that it does not know. */
function readByEarlier(record: ZoneRecord) {
  const { annotations, data } = encodeRecord(record);
  const { [REACH_ANNOTATION]: _reach, ...known } = annotations;
  const texts = Object.entries(data).map(([id, text]) => [id, text.replace(/^(use|why): .*\n/gm, '')]);
  return decodeRecord({ annotations: known, data: Object.fromEntries(texts) });
}

describe('a zone elsewhere, for a version that does not know of it', () => {
  it('is one that is only recorded, and its history can be read', () => {
    expect(encodeRecord(ours).data[AZ3]).toBe(
      `state: recorded\nuse: elsewhere\nwhy: no subnet, Node, NodeClaim or NodePool of this cluster is there\n` +
        `sources:\n  - id: autoshift/region\n    kind: autoshift\n    since: ${at(4)}\n`,
    );
    expect(encodeRecord(ours).annotations[HISTORY_ANNOTATION]).toMatch(/"to":"recorded".*"elsewhere":"to"/);
    const { record, unreadable } = readByEarlier(ours);
    expect([record.zones, unreadable]).toEqual([[recorded], []]);
  });

  it('is impaired where that version leads, and given back by us', () => {
    const theirs = readByEarlier(ours).record;
    const led = resolveStates(theirs, theirs, asOf(NOON));
    expect(led.zones).toMatchObject([{ id: AZ3, state: 'impaired' }]);
    const again = resolveStates(led, { ...led, reach: before.reach ?? { zones: {}, names: {} } }, asOf(NOON));
    expect(again.zones).toMatchObject([{ id: AZ3, state: 'recovering', use: 'elsewhere' }]);
  });
});

describe('where the cluster has something', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`use1-az${n}`, { by: 'a Node is there' }]));

  it('is kept as it is where the record has room for it', () => {
    const reach = { zones: many(6), names: { 'us-east-1f': 'NodePool web names it' } };
    expect(boundedReach(reach)).toEqual(reach);
  });

  it.each([
    ['more zones than any cluster has', { zones: many(65), names: {} }],
    ['a zone ID that is none', { zones: { 'Not an ID': { by: 'x' } }, names: {} }],
    ['a name that is longer than any', { zones: {}, names: { ['x'.repeat(64)]: 'x' } }],
  ])('is not known as a whole with %s', (_, reach) => {
    const bounded = boundedReach(reach);
    expect(bounded.unknown).toBeDefined();
    expect(Object.keys(bounded.zones).length).toBeLessThanOrEqual(64);
    expect(boundedReach(bounded)).toEqual(bounded);
  });

  it('that cannot be read is what it was, and as good as not known where nobody knows that', () => {
    const { annotations, data } = encodeRecord(ours);
    const broken = { annotations: { ...annotations, [REACH_ANNOTATION]: '{"zones":1}' }, data };
    const keys = ({ unreadable }: ReturnType<typeof decodeRecord>) => unreadable.map(({ key }) => key);
    const [last, none] = [decodeRecord(broken, ours), decodeRecord(broken)];
    expect([last.record.reach, keys(last)]).toEqual([ours.reach, [REACH_ANNOTATION]]);
    expect([none.record.reach, keys(none)]).toEqual([undefined, [REACH_ANNOTATION]]);
  });
});
