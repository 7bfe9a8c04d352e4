import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBackoff } from '../../../shared/kube/backoff.ts';

test('ceilings double from the base up to the cap', () => {
  const backoff = createBackoff({ baseMs: 500, capMs: 3_000, random: () => 0.5 });
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([250, 500, 1_000, 1_500, 1_500]);
  expect(backoff.attempts).toBe(5);
});

test('the whole range from zero is used', () => {
  const none = createBackoff({ baseMs: 500, capMs: 3_000, random: () => 0 });
  expect([none.next(), none.next(), none.next()]).toEqual([0, 0, 0]);
});

test('a reset starts from the base again', () => {
  const backoff = createBackoff({ baseMs: 100, capMs: 10_000, random: () => 0.5 });
  for (let count = 0; count < 10; count += 1) backoff.next();
  backoff.reset();
  expect(backoff.attempts).toBe(0);
  expect(backoff.next()).toBe(50);
});

test('what the server asks for is the least', () => {
  const backoff = createBackoff({ baseMs: 100, capMs: 200, random: () => 0.5 });
  expect(backoff.next(7_000)).toBe(7_050);
});

test('never ends and never exceeds the cap, however long it goes on', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, drawn) => {
      const backoff = createBackoff({ baseMs: 500, capMs: 30_000, random: () => drawn });
      for (let count = 0; count < attempts; count += 1) backoff.next();
      const wait = backoff.next();
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(30_000);
    }),
    { numRuns: 50 },
  );
});
