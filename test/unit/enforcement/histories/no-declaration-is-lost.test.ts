import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nodePoolSchema, requirementsOf } from '../../../../shared/enforcement/nodepool-view.ts';
import { isOpenTo } from '../../../../shared/enforcement/zone-constraints.ts';
import { stored } from '../stored.ts';
import { Player } from './player.ts';
import { type History, history } from './steps.ts';

/**
 * Random NodePools through random writers, shifts, recoveries, stale replicas and tampering, against an oracle that
 * knows what each writer meant. `ZONEWARDEN_HISTORIES=100000` runs more of them, `ZONEWARDEN_SEED` the same ones again.
 */
const runs = Number(process.env.ZONEWARDEN_HISTORIES ?? 3000);
const seed = process.env.ZONEWARDEN_SEED === undefined ? {} : { seed: Number(process.env.ZONEWARDEN_SEED) };

function check(one: History): void {
  const player = new Player();
  const { server, oracle } = player;
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
      expect(stored(server.object(), server.object(), server.set).decision.patch).toEqual([]);
    }
  }
  server.set = { generation: (server.set?.generation ?? 0) + 1, zones: [] };
  server.nudge();
  if (!oracle.agreesWith(server.requirements, server.budgets)) {
    expect({ requirements: server.requirements, budgets: server.budgets }).toEqual({
      requirements: oracle.requirements,
      budgets: oracle.budgets,
    });
  }
  expect(server.mark).toBeUndefined();
}

it(`${runs} histories: no impaired zone is targeted, no declaration is lost, no mark is left`, () => {
  fc.assert(fc.property(history, check), { numRuns: runs, ...seed });
}, 600_000);
