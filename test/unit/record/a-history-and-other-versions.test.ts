import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import { completeRecovery } from '../../../shared/record/end-of-impairment.ts';
import {
  decodeRecord,
  encodeRecord,
  HISTORY_ANNOTATION,
  type RecordDocument,
  TOLD_ANNOTATION,
  withRecord,
} from '../../../shared/record/record-document.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { stateSince } from '../../../shared/record/state-since.ts';
import { toldUpTo } from '../../../shared/record/told-up-to.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { transitionsIn } from './replayed.ts';
import { anySignals, asOf, end, NOON, start, statesIn } from './signals.ts';

function applied(record: ZoneRecord, ...signals: ZoneSignal[]): ZoneRecord {
  return applySignals(record, signals, () => undefined, asOf(NOON)).record;
}

/** What a version without a history knows of a record. */
function withoutHistory({ history: _history, told: _told, ...rest }: ZoneRecord): ZoneRecord {
  return rest;
}

/** What such a version reads: the two annotations are none of its own. */
function readByOlder(document: RecordDocument): ZoneRecord {
  const own = Object.entries(document.annotations).filter(
    ([name]) => name !== HISTORY_ANNOTATION && name !== TOLD_ANNOTATION,
  );
  return decodeRecord({ ...document, annotations: Object.fromEntries(own) }).record;
}

/** What it leaves behind: annotations that it does not know stay as they are. */
function writtenByOlder(present: RecordDocument, record: ZoneRecord): RecordDocument {
  const { annotations, data } = encodeRecord(withoutHistory(record));
  return { annotations: { ...present.annotations, ...annotations }, data };
}

const recovering = toldUpTo(applied(applied(EMPTY_RECORD, start('use1-az1', 4)), end('use1-az1', 5)), 1);

describe('a record of a version without a history', () => {
  it('is read as it was, and its history begins with the next change', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const theirs = withoutHistory(applied(EMPTY_RECORD, ...signals));
        const read = decodeRecord(encodeRecord(theirs));
        expect(read).toEqual({ record: theirs, unreadable: [] });
        expect(read.record).not.toHaveProperty('history');
      }),
    );
    const theirs = withoutHistory(applied(EMPTY_RECORD, start('use1-az1', 4)));
    expect(transitionsIn(applied(theirs, end('use1-az1', 5)))).toEqual(['1 use1-az1 impaired > recovering']);
  });
});

describe('a record of ours, for a version without a history', () => {
  it('is what it would have written itself', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const ours = toldUpTo(applied(EMPTY_RECORD, ...signals), 1);
        expect(readByOlder(encodeRecord(ours))).toEqual(withoutHistory(ours));
      }),
    );
  });

  it('comes back with the history as it was: what was not noted is missing, and numbers go on', () => {
    const ours = encodeRecord(recovering);
    const theirs = completeRecovery(readByOlder(ours), ['use1-az1'], NOON);
    const { record, unreadable } = decodeRecord(writtenByOlder(ours, theirs));
    expect(unreadable).toEqual([]);
    expect(record.zones).toEqual([]);
    expect(transitionsIn(record)).toEqual(transitionsIn(recovering));
    const next = applied(record, start('use1-az1', 6));
    expect(transitionsIn(next)).toEqual([...transitionsIn(recovering), '3 use1-az1 healthy > impaired']);
  });

  it('has a stale history where that version changed what is enforced, for good', () => {
    const ours = encodeRecord(recovering);
    let theirs = completeRecovery(readByOlder(ours), ['use1-az1'], NOON);
    theirs = applied(applied(theirs, start('use1-az1', 6)), end('use1-az1', 7));
    const { record } = decodeRecord(writtenByOlder(ours, theirs));
    expect([statesIn(record), statesIn(recovering)]).toEqual([
      ['use1-az1 recovering'],
      ['use1-az1 recovering'],
    ]);
    expect(stateSince(recovering, 'use1-az1', 'recovering')).toBe('2026-11-21T12:00:00.000Z');
    expect(stateSince(record, 'use1-az1', 'recovering')).toBeUndefined();
    const rewritten = decodeRecord(encodeRecord(toldUpTo(record, 2))).record;
    expect(stateSince(rewritten, 'use1-az1', 'recovering')).toBeUndefined();
    const noted = applied(applied(rewritten, start('use1-az1', 8)), end('use1-az1', 9));
    expect(noted.history?.map(({ stale }) => stale)).toEqual([true, true, undefined, undefined]);
    expect(stateSince(noted, 'use1-az1', 'recovering')).toBe('2026-11-21T12:00:00.000Z');
  });

  it('has a history that holds where that version only wrote down what it heard', () => {
    const ours = encodeRecord(recovering);
    const theirs = { ...readByOlder(ours), requests: { look: '2026-11-21T12:00:00Z' } };
    const { record } = decodeRecord(writtenByOlder(ours, theirs));
    expect(record).toEqual({ ...recovering, requests: theirs.requests });
  });
});

describe('a history that somebody deleted', () => {
  it('begins anew, above what was told', () => {
    const { annotations, data } = encodeRecord(toldUpTo(recovering, 2));
    const { [HISTORY_ANNOTATION]: _deleted, ...others } = annotations;
    const { record, unreadable } = decodeRecord({ annotations: others, data }, recovering);
    expect([record.history, unreadable]).toEqual([undefined, []]);
    const next = applied(record, start('use1-az1', 6));
    expect(transitionsIn(next)).toEqual(['3 use1-az1 recovering > impaired']);
    // Nothing of the old one comes back with a write.
    expect(withRecord({ annotations, data }, record).annotations).not.toHaveProperty(HISTORY_ANNOTATION);
  });
});
