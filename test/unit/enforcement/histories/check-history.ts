import { expect } from 'vitest';
import { isOpenTo } from '../../../../shared/enforcement/zone-constraints.ts';
import { nodePoolSchema, requirementsOf } from '../../../../shared/views/node-pool.ts';
import { SCENE } from '../mark-keys.ts';
import { stored } from '../stored.ts';
import { ModelServer } from './model-server.ts';
import { Player } from './player.ts';
import type { History } from './steps.ts';

/**
 * Plays a history to its end, and then ends every shift. Fails where an impaired zone is targeted after a write,
 * where a second look would change something, where a declaration is not given back, or a mark of ours is left.
 */
export function checkHistory(one: History, server = new ModelServer()): void {
  const player = new Player(server);
  const { oracle } = player;
  player.begin(one);
  for (const step of one.steps) {
    player.play(step);
    // Whatever was written last went through admission, except that a shift without a nudge has not reached it yet.
    const reached = step.do !== 'shift' || step.nudge;
    if (reached && server.set !== undefined) {
      server.nudge();
      const view = nodePoolSchema.parse(server.object());
      const constraints = { requirements: requirementsOf(view), labels: {} };
      const open = server.set.zones.filter(
        (zone) => zone.state === 'impaired' && isOpenTo(constraints, zone),
      );
      expect(open).toEqual([]);
      expect(stored(server.object(), server.object(), server.set, SCENE).decision.patch).toEqual([]);
    }
  }
  server.set = player.nothingImpaired;
  server.nudge();
  if (!oracle.agreesWith(server.requirements, server.budgets)) {
    expect({ requirements: server.requirements, budgets: server.budgets }).toEqual({
      requirements: oracle.requirements,
      budgets: oracle.budgets,
    });
  }
  expect(server.mark).toBeUndefined();
}
