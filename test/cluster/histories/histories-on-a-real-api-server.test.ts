import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type History, historyOf } from '../../unit/enforcement/histories/steps.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { type Difference, expectNone, replay } from './replay.ts';

/**
 * The random histories of test/unit/enforcement/histories, on a real API server with the real kubectl and the
 * product's own server: what is stored after each write has to be what the model says, who owns it too. Here sixty of
 * them, in .ci/run two hundred (`npm run test:replays`). The seed is fixed; to look for new ones:
 * `ZONEWARDEN_REPLAY_SEED=random ZONEWARDEN_REPLAYS=2000`. What fails is a flaw of the
 * model, which is mended and the history kept, or one of the product.
 */
const runs = Number(process.env.ZONEWARDEN_REPLAYS ?? 60);
const wanted = process.env.ZONEWARDEN_REPLAY_SEED ?? '20261121';
const MOST_STEPS = 8;
/** More than there are cores: most of the time a history waits for the next second. */
const AT_A_TIME = 12;

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await startRealCluster();
});
afterAll(() => cluster?.stop());

const folder = new URL('../../unit/enforcement/histories/kept/', import.meta.url);

it('the histories that failed once go as the model says', async () => {
  const histories = readdirSync(folder).map(
    (file) => parse(readFileSync(new URL(file, folder), 'utf8')) as History,
  );
  const found = await replayAll(histories, 'kept');
  for (const [history, difference] of found) expectNone(history, difference);
}, 600_000);

it(`${runs} histories go as the model says`, async () => {
  const seed = wanted === 'random' ? {} : { seed: Number(wanted) };
  const sample = fc.sample(historyOf(MOST_STEPS), { numRuns: runs, ...seed });
  // Here each write has a second of its own; two-applies-in-one-second.test.ts has those that have not.
  const histories = sample.map((history) => ({ ...history, quick: false }));
  const found = await replayAll(histories, 'run');
  const [first] = found;
  if (first !== undefined) expectNone(...(await shortened(...first)));
  expect(found).toEqual([]);
}, 1_800_000);

/** Those that differ. */
async function replayAll(
  histories: readonly History[],
  label: string,
): Promise<(readonly [History, Difference])[]> {
  const waiting = [...histories.entries()];
  const found: (readonly [History, Difference])[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, history] = next;
      const difference = await replay(cluster, history, `${label}-${index}`);
      if (difference !== undefined) found.push([history, difference]);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return found;
}

/** Without the steps that are not needed for a difference. */
async function shortened(history: History, difference: Difference): Promise<readonly [History, Difference]> {
  for (let drop = history.steps.length - 1; drop >= 0; drop -= 1) {
    const shorter = { ...history, steps: history.steps.toSpliced(drop, 1) };
    const found = await replay(cluster, shorter, `short-${drop}`);
    if (found !== undefined) return shortened(shorter, found);
  }
  return [history, difference];
}
