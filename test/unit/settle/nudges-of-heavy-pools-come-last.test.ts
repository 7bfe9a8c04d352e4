import { expect, it } from 'vitest';
import { clean, settling } from '../controllers/settling.ts';
import { away, NodePoolsInMemory, nodePool } from './node-pools-in-memory.ts';

/** Within the bounds, and as much as takes an API server seconds. */
const ZONES = ['us-east-1a', ...Array.from({ length: 4000 }, (_, place) => `zone-${place}`)];
const HEAVY = Array.from({ length: 10 }, (_, place) => `heavy-${place}`);
const LIGHT = ['web-0', 'web-1', 'web-2'];
const isHeavy = (name: string) => HEAVY.includes(name);

/** Heavy ones come first in the list, as they do by name. */
function poolsInMemory() {
  const heavy = HEAVY.map((name) => nodePool(name, ZONES));
  const light = LIGHT.map((name) => nodePool(name, ['us-east-1a', 'us-east-1b', 'us-east-1c']));
  return new NodePoolsInMemory([...heavy, ...light], away(1));
}

it('those that hold much are nudged after all others, and two at a time', async () => {
  const pools = poolsInMemory();
  let mostHeavy = 0;
  let underWay = 0;
  pools.before = async (name) => {
    if (!isHeavy(name)) return;
    underWay += 1;
    mostHeavy = Math.max(mostHeavy, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
  };
  await settling(pools, away(1)).until(clean);
  expect(pools.nudged.slice(0, LIGHT.length)).toEqual(LIGHT);
  expect(pools.nudged.slice(LIGHT.length).toSorted()).toEqual(HEAVY);
  expect(mostHeavy).toBe(2);
});

it('another set begins at once with those that hold little, whatever of the one before is left', async () => {
  const pools = poolsInMemory();
  const next = away(2, 'us-east-1a', 'us-east-1b');
  pools.before = (name) => {
    if (!isHeavy(name) || pools.webhook === next) return;
    pools.webhook = next;
    settler.see(next);
  };
  const settler = settling(pools, away(1));
  await settler.until((round) => round.generation === 2 && clean(round));
  // Between their first and their second nudge no more came than were under way.
  const begun = pools.nudged.slice(0, 2 * LIGHT.length + 2);
  expect(begun.filter((name) => !isHeavy(name)).toSorted()).toEqual([...LIGHT, ...LIGHT].toSorted());
});
