import { describe, expect, it } from 'vitest';
import type { RecordedZone } from '../../../shared/record/zone-record.ts';
import { planCordon } from '../../../shared/standstill/plan-cordon.ts';
import { ReopenedNodes } from '../../../watcher/controllers/standstill/reopened-nodes.ts';
import { AZ1, AZ2, nodeView, setOf, zone } from './nodes-in-memory.ts';

const MINUTE = 60_000;
const SHIFT = 'zonal-shift/cluster';
const AUTOSHIFT = 'autoshift/region';
const record = (...sources: string[]) => {
  const since = '2026-11-21T04:00:00Z';
  const zones: RecordedZone[] = [
    { ...AZ1, state: 'impaired', sources: sources.map((id) => ({ id, kind: 'any', since })) },
  ];
  return { zones };
};
const closed = nodeView('a', { unschedulable: true, mark: AZ1.id, manager: 'zonewarden-watcher' });
const open = nodeView('a', { mark: AZ1.id });

/** What is seen, one after the other: Node, reasons of the zone, and when; returns who is to be cordoned again. */
function seen(...looks: (readonly [typeof open, readonly string[], number])[]): string[] {
  const reopened = new ReopenedNodes();
  let names: ReadonlySet<string> = new Set();
  for (const [node, sources, atMs] of looks) names = reopened.see([node], record(...sources), atMs);
  return [...names];
}

describe('a Node that we cordoned, and that is open now', () => {
  const BOTH = [SHIFT, AUTOSHIFT];
  it.each<[string, Parameters<typeof seen>, readonly string[]]>([
    [
      'since another shift has ended',
      [
        [closed, BOTH, 0],
        [closed, [AUTOSHIFT], 0],
        [open, [AUTOSHIFT], MINUTE],
      ],
      ['a'],
    ],
    [
      'before that end is known',
      [
        [closed, BOTH, 0],
        [open, BOTH, MINUTE],
        [open, [AUTOSHIFT], 3 * MINUTE],
      ],
      ['a'],
    ],
    [
      'while nothing has ended: a person did that',
      [
        [closed, BOTH, 0],
        [open, BOTH, MINUTE],
      ],
      [],
    ],
    [
      'long before the end',
      [
        [closed, BOTH, 0],
        [open, BOTH, MINUTE],
        [open, [AUTOSHIFT], 10 * MINUTE],
      ],
      [],
    ],
    [
      'long after it',
      [
        [closed, BOTH, 0],
        [closed, [AUTOSHIFT], 0],
        [open, [AUTOSHIFT], 10 * MINUTE],
      ],
      [],
    ],
    [
      'for a leader that came later',
      [
        [open, BOTH, 0],
        [open, [AUTOSHIFT], MINUTE],
      ],
      [],
    ],
    [
      'and closed again',
      [
        [closed, BOTH, 0],
        [open, [AUTOSHIFT], 0],
        [closed, [AUTOSHIFT], MINUTE],
      ],
      [],
    ],
  ])('%s', (_what, looks, expected) => {
    expect(seen(...looks)).toEqual(expected);
  });

  const ON = { cordon: true, released: true, exemptPools: new Set<string>(), reopened: new Set(['a']) };
  it.each<[string, Parameters<typeof planCordon>[1], typeof ON, readonly string[]]>([
    ['is cordoned', setOf(1, zone('impaired')), ON, ['cordon']],
    ['is not where Nodes are not cordoned', setOf(1, zone('impaired')), { ...ON, cordon: false }, []],
    ['is not while the zone recovers', setOf(1, zone('recovering')), ON, []],
    ['is not for another zone', setOf(1, zone('impaired', AZ2)), ON, ['forget']],
    ['is not where it is another one', setOf(1, zone('impaired')), { ...ON, reopened: new Set(['b']) }, []],
  ])('%s', (_what, set, settings, expected) => {
    expect(planCordon([open], set, settings).map(({ kind }) => kind)).toEqual(expected);
  });
});
