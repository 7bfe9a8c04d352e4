import { expect, it } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import { STUCK_AFTER_MS, StuckPools } from '../../../watcher/controllers/settle/stuck-pools.ts';

function stuckPools() {
  let ms = 0;
  const stuck = new StuckPools(() => ms);
  return {
    /** So many nudges in vain, the last one so many milliseconds after the first. */
    nudge(
      name: string,
      count: number,
      overMs: number,
      { generation = 1, error }: { generation?: number; error?: unknown } = {},
    ) {
      const from = ms;
      for (let nth = 0; nth < count; nth += 1) {
        ms = from + (count === 1 ? 0 : (overMs * nth) / (count - 1));
        stuck.noteVain(name, generation, error);
      }
    },
    among: (names: string[], reached = 10, generation = 1) => [
      ...stuck.among(new Set(names), generation, () => reached),
    ],
  };
}

it('one is stuck that was nudged again and again for long, and answered each time', () => {
  const { nudge, among } = stuckPools();
  nudge('odd', 10, STUCK_AFTER_MS - 1);
  expect(among(['odd'])).toEqual([]);
  nudge('odd', 2, 1);
  expect(among(['odd'])).toEqual(['odd']);
});

it('two nudges say nothing, however far apart', () => {
  const { nudge, among } = stuckPools();
  nudge('odd', 2, 10 * STUCK_AFTER_MS);
  expect(among(['odd'])).toEqual([]);
});

it.each([
  ['kube.invalid', true],
  ['kube.denied', true],
  ['kube.server', false],
  ['kube.unreachable', false],
  ['kube.timeout', false],
  ['kube.throttled', false],
  ['kube.forbidden', false],
  ['kube.conflict', false],
] as const)('of an answer %s it is the NodePool fault: %s', (code, isAboutIt) => {
  const { nudge, among } = stuckPools();
  nudge('odd', 10, 2 * STUCK_AFTER_MS, { error: new KubeError(code, 'patch') });
  expect(among(['odd'])).toEqual(isAboutIt ? ['odd'] : []);
});

it('one whose answer cannot be read is stuck as well', () => {
  const { nudge, among } = stuckPools();
  nudge('odd', 10, 2 * STUCK_AFTER_MS, { error: new Error('no NodePool') });
  expect(among(['odd'])).toEqual(['odd']);
});

it('none is where more of them do not follow than do: it is the webhook that is away', () => {
  const { nudge, among } = stuckPools();
  nudge('a', 10, 2 * STUCK_AFTER_MS);
  nudge('b', 10, 2 * STUCK_AFTER_MS);
  expect(among(['a', 'b'], 1)).toEqual([]);
  expect(among(['a', 'b'], 2)).toEqual(['a', 'b']);
});

it('it begins anew with another set, and is over once it has followed', () => {
  const { nudge, among } = stuckPools();
  nudge('odd', 10, 2 * STUCK_AFTER_MS);
  expect(among(['odd'], 10, 2)).toEqual([]);
  nudge('odd', 3, 1000, { generation: 2 });
  expect(among(['odd'], 10, 2)).toEqual([]);
  nudge('odd', 3, STUCK_AFTER_MS, { generation: 2 });
  expect(among(['odd'], 10, 2)).toEqual(['odd']);
  expect(among([], 10, 2)).toEqual([]);
  nudge('odd', 1, 0, { generation: 2 });
  expect(among(['odd'], 10, 2)).toEqual([]);
});
