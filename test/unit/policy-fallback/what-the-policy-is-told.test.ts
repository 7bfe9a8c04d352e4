import { describe, expect, it } from 'vitest';
import { encodeDeclared } from '../../../shared/enforcement/declared-annotation.ts';
import { fallbackLiterals } from '../../../shared/fallback/fallback-literals.ts';
import { FALLBACK_NAME, fallbackProgram } from '../../../shared/fallback/fallback-program.ts';
import { generationOfFallback, holdsProgram, readFallback } from '../../../shared/fallback/fallback-view.ts';
import type { OrderedZone, ZoneSource } from '../../../shared/record/orders.ts';

const source = (until?: string): ZoneSource => ({
  id: `autoshift/${until}`,
  kind: 'autoshift',
  since: '2026-11-21T04:00:00Z',
  ...(until === undefined ? {} : { until }),
});
const zone = (more: Partial<OrderedZone> = {}): OrderedZone => ({
  id: 'use1-az1',
  name: 'us-east-1a',
  state: 'impaired',
  sources: [source()],
  ...more,
});
const literalsOf = (zones: readonly OrderedZone[], exempt: readonly string[] = []) =>
  fallbackLiterals({ generation: 7, zones }, exempt);

describe('what the policy is told', () => {
  it('is each impaired zone with both names, and why', () => {
    expect(literalsOf([zone(), zone({ id: 'use1-az2', state: 'recovering' })]).zones).toEqual([
      {
        id: 'use1-az1',
        name: 'us-east-1a',
        back: '{"id":"use1-az1","name":"us-east-1a","state":"recovering"}',
        text: 'zone us-east-1a (use1-az1), impaired (autoshift since 2026-11-21T04:00:00Z)',
      },
    ]);
  });

  it('leaves out the name of a zone that nobody knows', () => {
    const { name: _, ...nameless } = zone();
    expect(literalsOf([nameless]).zones[0]).toMatchObject({
      id: 'use1-az1',
      back: '{"id":"use1-az1","state":"recovering"}',
      text: expect.stringContaining('use1-az1 (zone name unknown)'),
    });
    expect(literalsOf([nameless]).zones[0]).not.toHaveProperty('name');
  });

  it('finds a zone that is on its way back as the annotation has it', () => {
    const mark = encodeDeclared({
      generation: 7,
      zones: [{ state: 'recovering', name: 'us-east-1a', id: 'use1-az1' }],
      changed: [],
      added: [],
    });
    expect(mark).toContain(literalsOf([zone()]).zones[0]?.back);
    expect(mark).toMatch(/^\{"generation":7,/);
  });

  it.each<[string, readonly (string | undefined)[], string | undefined]>([
    ['one end', ['2026-11-21T05:00:00Z'], '2026-11-21T05:00:00Z'],
    ['the latest of two', ['2026-11-21T05:00:00Z', '2026-11-21T07:00:00+01:00'], '2026-11-21T06:00:00Z'],
    ['never later than it is', ['2026-11-21T05:00:00.999Z'], '2026-11-21T05:00:00Z'],
    ['none where one source has none', ['2026-11-21T05:00:00Z', undefined], undefined],
    ['none without sources', [], undefined],
  ])('until: %s', (_name, ends, until) => {
    expect(literalsOf([zone({ sources: ends.map(source) })]).zones[0]?.until).toBe(until);
  });

  it('is on one line, and short enough for a message, however many zones and sources there are', () => {
    const sources = Array.from({ length: 50 }, (_, index) => source(`2026-11-21T05:00:${10 + index}Z`));
    const zones = Array.from({ length: 60 }, (_, index) =>
      zone({ id: `az${index}`, name: `line\n${'ö'.repeat(500)}`, sources }),
    );
    const texts = literalsOf(zones).zones.map(({ text }) => text);
    expect(texts.every((text) => !/[\n\r]/.test(text))).toBe(true);
    // 5,120 is the limit for the whole message.
    expect(Buffer.byteLength(texts.join('; '))).toBeLessThan(4500);
  });

  it('has the exempt NodePools while a zone is away, sorted, as far as there is room', () => {
    expect(literalsOf([zone()], ['b', 'a'])).toMatchObject({ exemptNodePools: ['a', 'b'], leftOut: 0 });
    expect(literalsOf([], ['b', 'a'])).toMatchObject({ exemptNodePools: [], leftOut: 0 });
    const many = Array.from({ length: 2000 }, (_, index) => `${index}-`.padEnd(60, 'x'));
    const { exemptNodePools, leftOut } = literalsOf([zone()], many);
    expect(exemptNodePools.length + leftOut).toBe(2000);
    expect(exemptNodePools.join("', '").length).toBeLessThan(60_000);
    expect(leftOut).toBeGreaterThan(0);
  });
});

describe('the policy as it is read again', () => {
  const rules = fallbackProgram(literalsOf([zone()]));
  const stored = { name: FALLBACK_NAME, resourceVersion: '1', ...rules };

  it('holds the rules that were written, and tells their generation', () => {
    expect(holdsProgram(stored, rules)).toBe(true);
    expect(generationOfFallback(stored)).toBe(7);
  });

  it.each<[string, object]>([
    ['another literal', { variables: rules.variables.with(1, { name: 'zones', expression: '[]' }) }],
    ['no validations', { validations: undefined }],
    ['one that never fails', { validations: [{ ...rules.validations[0], expression: 'true' }] }],
    ['one more', { validations: [...rules.validations, { expression: 'true' }] }],
    ['another order', { variables: [...rules.variables].reverse() }],
  ])('does not hold them with %s', (_name, change) => {
    expect(holdsProgram({ ...stored, ...change }, rules)).toBe(false);
  });

  it.each([undefined, null, 'x', [], [{ name: 'generation', expression: '1 + 1' }]])(
    'tells no generation of %j',
    (variables) => {
      expect(generationOfFallback({ ...stored, variables })).toBeUndefined();
    },
  );

  it('is read with its name and version, whatever stands where our rules belong', () => {
    const metadata = { name: FALLBACK_NAME, resourceVersion: '1', labels: { a: 'b' } };
    expect(readFallback({ metadata, spec: { ...rules, failurePolicy: 'Fail' } })).toEqual(stored);
    expect(readFallback({ metadata, spec: { variables: 7 } })).toEqual({
      ...{ name: FALLBACK_NAME, resourceVersion: '1' },
      ...{ variables: 7, validations: undefined },
    });
    expect(() => readFallback({ metadata: { name: FALLBACK_NAME }, spec: {} })).toThrow();
  });
});
