import { describe, expect, it } from 'vitest';
import { endOfShift, expiringClaims, OPEN_END_MS } from '../../../shared/standstill/expiring-claims.ts';
import { readClaim } from '../../../shared/views/node-claim.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');

function claim(
  name: string,
  expireAfter: string | undefined,
  given: { node?: string; deleting?: boolean } = {},
) {
  return readClaim({
    metadata: {
      name,
      creationTimestamp: '2026-11-20T12:00:00Z',
      ...(given.deleting ? { deletionTimestamp: '2026-11-21T11:59:00Z' } : {}),
    },
    spec: { expireAfter },
    status: { nodeName: given.node },
  });
}

const source = (until?: string) => ({
  id: 'x',
  kind: 'autoshift',
  since: '2026-11-21T11:00:00Z',
  ...(until === undefined ? {} : { until }),
});

describe('expireAfter', () => {
  it.each([
    ['720h', 720 * HOUR],
    ['1h30m', 1.5 * HOUR],
    ['90s', 90_000],
    ['0s', 0],
    ['Never', undefined],
    ['', undefined],
    ['30d', undefined],
    ['-1h', undefined],
    ['1.5h', undefined],
  ])('%s', (text, expected) => {
    const made = Date.parse('2026-11-20T12:00:00Z');
    expect(claim('c', text).expiresAtMs).toBe(expected === undefined ? undefined : made + expected);
  });
});

describe('the end of a shift', () => {
  it.each([
    ['a day from now, while nobody knows', [source()], NOW + OPEN_END_MS],
    ['its source’s', [source('2026-11-21T14:00:00Z')], NOW + 2 * HOUR],
    ['the last one’s', [source('2026-11-21T14:00:00Z'), source('2026-11-21T18:00:00Z')], NOW + 6 * HOUR],
    ['open where one is', [source('2026-11-21T14:00:00Z'), source()], NOW + OPEN_END_MS],
    ['now where it is past', [source('2026-11-21T11:30:00Z')], NOW],
  ])('is %s', (_what, sources, expected) => {
    expect(endOfShift({ sources }, NOW)).toBe(expected);
  });
});

describe('NodeClaims that expire during a shift', () => {
  const names = (claims: Parameters<typeof expiringClaims>[0], until?: string) =>
    expiringClaims(claims, { sources: [source(until)] }, NOW).map((found) => found.claim);

  it('are those whose time comes before its end, soonest first', () => {
    const claims = [
      claim('later', '47h'),
      claim('soon', '25h'),
      claim('after', '48h'),
      claim('never', 'Never'),
    ];
    expect(names(claims)).toEqual(['soon', 'later']);
    expect(names(claims, '2026-11-21T13:00:01Z')).toEqual(['soon']);
    expect(names(claims, '2026-11-21T13:00:00Z')).toEqual([]);
  });

  it('and those whose time has come already', () => {
    expect(names([claim('overdue', '1h')])).toEqual(['overdue']);
  });

  it('not those that are on their way out, or say nothing', () => {
    expect(names([claim('leaving', '25h', { deleting: true }), claim('silent', undefined)])).toEqual([]);
  });

  it('with their node, where they have one, and the time', () => {
    const claims = [claim('a', '25h', { node: 'ip-10-0-0-1' }), claim('b', '26h', { node: '' })];
    expect(expiringClaims(claims, { sources: [source()] }, NOW)).toEqual([
      { claim: 'a', node: 'ip-10-0-0-1', expiresAt: '2026-11-21T13:00:00.000Z' },
      { claim: 'b', node: undefined, expiresAt: '2026-11-21T14:00:00.000Z' },
    ]);
  });
});
