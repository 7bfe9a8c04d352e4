import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { cloudTrailEvent, SAMPLES } from './samples.ts';

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
const shift = { awayFrom: 'use1-az2', resourceIdentifier: ARN, expiresIn: '2h', expiryTime: 1700191694 };
const samples: readonly object[] = [
  ...Object.values(SAMPLES),
  ...['Autoshift Completed', 'Practice Run Succeeded', 'Manual Shift Updated', 'Manual Shift Canceled'].map(
    (type) => ({ ...SAMPLES.manual, 'detail-type': type }),
  ),
  ...[
    'StartZonalShift',
    'UpdateZonalShift',
    'CancelZonalShift',
    'StartPracticeRun',
    'GetManagedResource',
  ].map((name) => cloudTrailEvent(name, { requestParameters: shift, responseElements: shift })),
];

/** The paths to every value in a JSON value: `['detail', 'metadata', 'awayFrom']`. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner).map((path) => [key, ...path])),
  ];
}

/** The same with something else at one path; `undefined` leaves it out. */
function withValue(value: unknown, [key, ...path]: readonly string[], put: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return put;
  const entries = Object.entries(value).map(([name, inner]) =>
    name === key ? [name, withValue(inner, path, put)] : [name, inner],
  );
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const anyTime = fc.oneof(
  fc.constantFrom(0, -1, 1e300, '9999-12-31T23:59:59Z', '0000-01-01T00:00:00+23:59', '2023-11-17T00:00:00Z'),
  fc.integer(),
  fc.string(),
);
const replacement = fc.oneof(fc.jsonValue(), fc.constant(undefined), anyTime, fc.constant(shift));
const mutated = fc
  .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), replacement), { maxLength: 3 }))
  .map(([sample, changes]) =>
    changes.reduce<unknown>((value, [index, put]) => {
      const paths = pathsOf(value);
      return withValue(value, paths[index % paths.length] ?? [], put);
    }, sample),
  )
  .map((value) => JSON.stringify(value) ?? '');
const cut = fc.tuple(mutated, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString('utf8'));
const bitten = fc.tuple(mutated, fc.nat(), fc.nat({ max: 255 })).map(([text, at, byte]) => {
  const body = Buffer.from(text);
  if (body.length > 0) body[at % body.length] = byte;
  return body.toString('utf8');
});
const wrapped = mutated.map((text) =>
  JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:111122223333:t', Message: text }),
);

describe('anything at all that comes from a queue', () => {
  it('has a reading, and what it says can be written down', () => {
    const seen = new Map<string, number>();
    const body = fc.oneof(mutated, wrapped, cut, bitten, bytes, fc.json());
    fc.assert(
      fc.property(body, (text) => {
        const one = readMessage({ id: '1', receiptHandle: '1', body: text });
        seen.set(one.outcome, (seen.get(one.outcome) ?? 0) + 1);
        expect(one.signals.length > 0).toBe(one.outcome === 'signals');
        expect(one.signals.length).toBeLessThanOrEqual(100);
        expect(one.why === undefined).toBe(one.outcome === 'signals');
        expect(one.why?.length ?? 1).toBeGreaterThan(0);
        for (const { zoneId, source, at, until } of one.signals) {
          expect(zoneId).toMatch(/^[a-z0-9][a-z0-9-]{0,19}$/);
          expect(source.id.length).toBeLessThanOrEqual(2100);
          expect(source.id.startsWith(`${source.kind}/`)).toBe(true);
          expect(Date.parse(at)).not.toBeNaN();
          expect(until ?? '2026-11-21T04:00:00Z').toMatch(/^\d{4}-\d\d-\d\dT/);
          if (until !== undefined) expect(Date.parse(until)).toBeGreaterThan(Date.parse(at));
        }
      }),
      { numRuns: 4000 },
    );
    // The generator is worth something only while it reaches every outcome.
    expect([...seen.keys()].sort()).toEqual(['foreign', 'look', 'malformed', 'noted', 'signals']);
  });

  it('has no type that nobody registered: it would become the value of a label', () => {
    const known = new Set(
      samples.map(
        (sample) => readMessage({ id: '1', receiptHandle: '1', body: JSON.stringify(sample) }).type,
      ),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (type) => {
        const body = JSON.stringify({ ...SAMPLES.autoshift, 'detail-type': type });
        const one = readMessage({ id: '1', receiptHandle: '1', body });
        expect(one.type === undefined || known.has(one.type)).toBe(true);
        if (one.type === undefined) expect(one.outcome).toBe('look');
      }),
    );
  });
});
