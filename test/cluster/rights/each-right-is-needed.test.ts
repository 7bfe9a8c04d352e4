import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, install } from '../../installation/installation.ts';
import { until } from '../../installation/until.ts';
import { type GrantedRight, grant, grantedRights, showRight } from './granted-rights.ts';
import { beginWork, type Work } from './product-at-work.ts';

/**
 * Least privilege, proved both ways: with the rights of the manifests the product does all of its work and is refused
 * nothing; without any one of them it is refused just that, by its own work. The rest of this tier runs under the same
 * rights.
 */

let installation: Installation;
let rights: readonly GrantedRight[];

beforeAll(async () => {
  installation = await install();
  rights = await grantedRights(installation);
});
afterAll(() => installation?.stop());

async function atWork<T>(check: (work: Work) => Promise<T>): Promise<T> {
  const work = await beginWork(installation);
  try {
    return await check(work);
  } finally {
    await work.end();
  }
}

it('with all rights everything is done, and nothing is refused', async () => {
  await atWork(async (work) => {
    let left: readonly string[] = [];
    await until('everything is done', async () => {
      left = await work.outstanding();
      return left.length === 0;
    }).catch((error: unknown) => {
      throw new Error(`not done: ${left.join(', ')}; refused: ${work.refused().join(', ')}`, {
        cause: error,
      });
    });
    expect(work.refused()).toEqual([]);
  });
});

/** Which of these rights, taken away together, the product is not refused in its work. */
async function notMissed(taken: readonly GrantedRight[]): Promise<GrantedRight[]> {
  await grant(installation, rights, taken);
  const left = await atWork(async (work) => {
    let waiting: readonly GrantedRight[] = taken;
    await until(
      `it is refused ${taken.map(showRight).join(', ')}`,
      async () => {
        const refused = work.refused();
        waiting = taken.filter(({ verb, resource }) => !refused.includes(`${verb} ${resource}`));
        if (waiting.length > 0) await work.outstanding();
        return waiting.length === 0;
      },
      taken.length === 1 ? 20_000 : 5_000,
    ).catch(() => undefined);
    return waiting;
  });
  await grant(installation, rights);
  return [...left];
}

/**
 * Without these there is no record, no webhook, no leader, or none that knows for whom, and what comes after would not be
 * tried. Those of the webhook's Secret keep nobody but the webhook.
 */
const FIRST_OF_ALL = ['leases', 'nodepools', 'configmaps'];
const OF_THE_WEBHOOK = ['secrets'];

/**
 * Rights of different resources are taken away together, the first of each, then the second, and so on: each has to be
 * missed. What a refusal kept from being tried at all is taken away alone.
 */
it('without any one of them the product is refused just that', async () => {
  expect(rights.length).toBeGreaterThan(25);
  const of = (resources: readonly string[]) => rights.filter(({ resource }) => resources.includes(resource));
  const first = of(FIRST_OF_ALL);
  const webhooks = of(OF_THE_WEBHOOK);
  const together = rights.filter((right) => !first.includes(right) && !webhooks.includes(right));
  const ofResource = [...Map.groupBy(together, ({ group, resource }) => `${group} ${resource}`).values()];
  const rounds = [
    ...first.map((right, turn) => [right, ...webhooks.slice(turn, turn + 1)]),
    ...Array.from({ length: Math.max(...ofResource.map((list) => list.length)) }, (_, turn) =>
      ofResource.flatMap((list) => list[turn] ?? []),
    ),
  ];
  expect(new Set(rounds.flat()).size).toBe(rights.length);
  const alone: GrantedRight[] = [];
  for (const taken of rounds) {
    const left = await notMissed(taken);
    if (taken.length === 1) expect(left.map(showRight)).toEqual([]);
    else alone.push(...left);
  }
  const notNeeded: GrantedRight[] = [];
  for (const right of alone) notNeeded.push(...(await notMissed([right])));
  expect(notNeeded.map(showRight).join('; ')).toBe('');
}, 900_000);
