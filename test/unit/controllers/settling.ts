import { expect, onTestFinished } from 'vitest';
import type { KubeClient } from '../../../shared/kube/client.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { createSettle } from '../../../watcher/controllers/settle/settle.ts';
import type { PoolRound } from '../../../watcher/term/progress.ts';
import type { NodePoolsInMemory } from '../settle/node-pools-in-memory.ts';
import { recordOf } from './record-in-memory.ts';
import { running, sceneInMemory } from './scene-in-memory.ts';

/** Settles NodePools until the test is over. Unless `cordon`, nothing waits for Nodes. */
export function settling(
  pools: NodePoolsInMemory,
  set: Orders | undefined,
  { cordon = false, known = true, views = () => pools.views() } = {},
) {
  const record = set === undefined ? undefined : recordOf(set);
  const client = {
    patch: (...[type, at, patch]: Parameters<KubeClient['patch']>) => pools.patch(type, at, patch),
  };
  const scene = { ...sceneInMemory(record, client), cordon };
  scene.pools.views = views;
  scene.pools.known = known;
  const { facts, heard } = scene;
  const { stop, done } = running(facts, createSettle(scene));
  onTestFinished(() => expect(heard.of('failure').filter(({ part }) => part === 'settle')).toEqual([]));
  const rounds = () => heard.of('settled');
  return {
    scene,
    rounds,
    nudges: () => heard.of('nudge').map(({ nodePool: name, result }) => ({ name, result })),
    /** Why nudges failed. */
    failures: () => heard.of('failure'),
    stop,
    done,
    /** Another set is in force. */
    see: (next: Orders) => scene.record.see(recordOf(next)),
    /** A reason to look again. */
    trigger: () => scene.pools.tell(),
    /** The first round that is as asked. */
    async until(condition: (round: PoolRound) => boolean): Promise<PoolRound> {
      await heard.until(() => rounds().some(condition));
      const found = rounds().find(condition);
      if (found === undefined) throw new Error('there is no such round');
      return found;
    },
  };
}

/** Every NodePool is what the set asks for. */
export const clean = ({ unsettled, ahead }: PoolRound) => unsettled === 0 && ahead === 0;
