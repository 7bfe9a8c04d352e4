import { expect, it } from 'vitest';
import { isTooLong, KubeError, retryAfterMs } from '../../../shared/kube/errors.ts';
import { untilDone } from '../../../shared/kube/until-done.ts';

const busy = (retryAfterSeconds?: number) =>
  new KubeError('kube.throttled', 'replace', { status: 429, retryAfterSeconds });

it('and after a back-off where nobody asked', () => {
  expect(retryAfterMs(busy(7))).toBe(7000);
  expect(retryAfterMs(busy())).toBe(0);
  expect(retryAfterMs(new Error('other'))).toBe(0);
});

it('an hour at most: timers fire at once where they are asked for more than they can', () => {
  expect(retryAfterMs(busy(1e12))).toBe(3_600_000);
});

it('tries again not before that time: the signal ends the wait, and nothing else', async () => {
  const ending = new AbortController();
  let tries = 0;
  const attempt = async () => {
    tries += 1;
    throw busy(3600);
  };
  const trying = untilDone(attempt, { signal: ending.signal, onFailure() {}, baseMs: 0, capMs: 0 });
  // Without the wait it would try at each turn of the loop.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  ending.abort(new Error('enough'));
  await expect(trying).rejects.toThrow();
  expect(tries).toBe(1);
});

it('tells what is too long from what is wrong', () => {
  const error = (status: number, message: string) =>
    new KubeError(status >= 500 ? 'kube.server' : 'kube.invalid', `replace x: ${message}`, { status });
  expect(isTooLong(error(413, 'Request entity too large: limit is 3145728'))).toBe(true);
  expect(isTooLong(error(422, '[]: Too long: may not be more than 1048576 bytes'))).toBe(true);
  expect(isTooLong(error(422, 'metadata.annotations: Too long: may not be more than 262144 bytes'))).toBe(
    true,
  );
  expect(isTooLong(error(500, 'etcdserver: request is too large'))).toBe(true);
  expect(isTooLong(error(422, 'data[a b]: Invalid value'))).toBe(false);
  expect(isTooLong(error(500, 'etcdserver: leader changed'))).toBe(false);
});
