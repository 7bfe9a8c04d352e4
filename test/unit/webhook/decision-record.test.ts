import { describe, expect, it } from 'vitest';
import { showRequirement } from '../../../shared/audit/bounded-line.ts';
import { decisionRecord } from '../../../shared/audit/decision-record.ts';
import type { OrderedZone } from '../../../shared/record/orders.ts';

const SUBJECT = {
  webhook: 'mutate',
  uid: 'u-1',
  operation: 'UPDATE',
  dryRun: true,
  kind: 'NodePool',
  name: 'web',
  username: 'alice',
  fieldManager: 'argocd',
};
const A: OrderedZone = {
  id: 'use1-az1',
  name: 'us-east-1a',
  state: 'impaired',
  sources: [
    {
      id: 'autoshift/region',
      kind: 'autoshift',
      since: '2026-11-21T04:00:00Z',
      until: '2026-11-22T04:00:00Z',
    },
  ],
};
const NAMELESS: OrderedZone = { id: 'use1-az2', state: 'recovering', sources: [] };
const SET = { generation: 7, zones: [A, NAMELESS] };
const list = (...values: string[]) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values });

it('says what was decided, by what, and what it came to', () => {
  const record = decisionRecord(
    SUBJECT,
    { allowed: true, patch: [1, 2, 3] },
    {
      action: 'pruned',
      rule: 'zone-impaired-target',
      declared: [list('us-east-1a', 'us-east-1b')],
      effective: [list('us-east-1b')],
      excluded: [A],
      notes: ['frozen'],
    },
    SET,
    1.23456,
  );
  expect(record).toStrictEqual({
    event: 'decision',
    ...SUBJECT,
    allowed: true,
    action: 'pruned',
    rule: 'zone-impaired-target',
    message: undefined,
    setGeneration: 7,
    impairedZones: [
      {
        id: 'use1-az1',
        name: 'us-east-1a',
        state: 'impaired',
        excluded: true,
        sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
      },
      { id: 'use1-az2', name: null, state: 'recovering', excluded: false, sources: [] },
    ],
    declared: ['topology.kubernetes.io/zone In [us-east-1a, us-east-1b]'],
    effective: ['topology.kubernetes.io/zone In [us-east-1b]'],
    notes: ['frozen'],
    findings: undefined,
    patchOperations: 3,
    shadow: undefined,
    durationMs: 1.235,
    cut: undefined,
  });
});

it('tells what would have been decided beside what was', () => {
  const shadow = {
    verdict: { allowed: true, patch: [1, 2] },
    facts: {
      action: 'pruned',
      rule: 'zone-impaired-target',
      declared: [list('us-east-1a', 'us-east-1b')],
      effective: [list('us-east-1b')],
      excluded: [A],
      notes: [],
    },
    zones: [A],
  } as const;
  const facts = { action: 'unchanged', rule: 'zone-impaired-target' } as const;
  const empty = { generation: 7, zones: [] };
  expect(decisionRecord(SUBJECT, { allowed: true }, facts, empty, 1, shadow)).toMatchObject({
    action: 'unchanged',
    impairedZones: [],
    patchOperations: 0,
    shadow: {
      action: 'pruned',
      rule: 'zone-impaired-target',
      message: undefined,
      zones: [
        {
          id: 'use1-az1',
          name: 'us-east-1a',
          state: 'impaired',
          excluded: true,
          sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
        },
      ],
      effective: ['topology.kubernetes.io/zone In [us-east-1b]'],
      notes: undefined,
      patchOperations: 2,
    },
  });
});

it('leaves open what a decision does not know, and keeps the reason of a refusal', () => {
  const facts = { action: 'refused', rule: 'object-unreadable', notes: [] } as const;
  const record = decisionRecord(
    SUBJECT,
    { allowed: false, message: 'no' },
    facts,
    { generation: 0, zones: [] },
    0,
  );
  expect(record).toMatchObject({
    allowed: false,
    message: 'no',
    impairedZones: [],
    declared: undefined,
    effective: undefined,
    notes: undefined,
    patchOperations: 0,
    durationMs: 0,
  });
});

describe('a requirement in words', () => {
  it.each([
    [list('a', 'b'), 'topology.kubernetes.io/zone In [a, b]'],
    [{ ...list('a', 'b'), minValues: 2 }, 'topology.kubernetes.io/zone In [a, b] minValues 2'],
    [{ key: 'k', operator: 'Exists' }, 'k Exists'],
    [{ key: 'k', operator: 'NotIn', values: [] }, 'k NotIn []'],
    [{ key: 'k', operator: 'Gt', values: ['3'], minValues: 0 }, 'k Gt [3] minValues 0'],
  ])('%j', (requirement, words) => {
    expect(showRequirement(requirement)).toBe(words);
  });
});
