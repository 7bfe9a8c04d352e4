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

it('without any one of them the product is refused just that', async () => {
  expect(rights.length).toBeGreaterThan(25);
  const notNeeded: string[] = [];
  for (const right of rights) {
    await grant(installation, rights, right);
    const missed = `${right.verb} ${right.resource}`;
    await atWork(async (work) => {
      await until(
        `it is refused: ${missed}`,
        async () => {
          if (work.refused().includes(missed)) return true;
          await work.outstanding();
          return false;
        },
        20_000,
      ).catch(() => notNeeded.push(showRight(right)));
    });
    await grant(installation, rights);
  }
  expect(notNeeded.join('; ')).toBe('');
}, 900_000);
