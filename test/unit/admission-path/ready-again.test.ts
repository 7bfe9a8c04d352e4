import { expect, it } from 'vitest';
import { whenReadyAgain } from '../../../webhook/admission-path/ready-again.ts';

it.each<[string, readonly boolean[], number]>([
  ['a replica that was never ready', [false, false], 0],
  ['one that becomes ready, and stays so', [false, true, true], 0],
  ['one that is not ready any more', [true, false, false], 0],
  ['one that is ready again', [true, false, true, true], 1],
  ['one that is so twice', [true, false, true, false, false, true], 2],
])('%s', (_, looks, acts) => {
  let count = 0;
  const look = whenReadyAgain(() => {
    count += 1;
  });
  for (const isReady of looks) look(isReady);
  expect(count).toBe(acts);
});
