import { describe, expect, it, onTestFinished } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { ImpairedSet } from '../../../shared/record/impaired-set.ts';
import { createCordoner } from '../../../watcher/cordon/cordoner.ts';
import type { TriggeredRounds } from '../../../watcher/rounds/triggered-rounds.ts';
import { AZ1, AZ2, NodesInMemory, setOf, zone } from './nodes-in-memory.ts';

interface Scene {
  readonly nodes: NodesInMemory;
  set: ImpairedSet | undefined;
  known: boolean;
  released: boolean;
  now: number;
}

interface Running {
  readonly scene: Scene;
  readonly cordoner: TriggeredRounds;
  readonly told: string[];
  readonly rounds: { readonly generation: number; readonly cordoned: ReadonlyMap<string, number> }[];
  readonly stop: AbortController;
  readonly done: Promise<void>;
  /** Waits until the condition holds after a round. */
  until(condition: () => boolean): Promise<void>;
}

const LABELS = { 'topology.k8s.aws/zone-id': AZ1.id };

/** A cordoner over so many Nodes of AZ1, with the zone impaired, until the test is over. */
function cordoning(count: number, prepare: (scene: Scene) => void = () => undefined): Running {
  const nodes = new NodesInMemory();
  for (let index = 0; index < count; index += 1) nodes.join(`node-${index}`, LABELS);
  const scene: Scene = { nodes, set: setOf(1, zone('impaired')), known: true, released: true, now: 0 };
  prepare(scene);
  const told: string[] = [];
  const rounds: Running['rounds'] = [];
  const waiting = new Set<() => void>();
  const cordoner = createCordoner({
    client: nodes,
    cordon: true,
    exemptPools: () => new Set(),
    nodes: () => (scene.known ? nodes.views() : undefined),
    set: () => scene.set,
    isReleased: () => scene.released,
    now: () => scene.now,
    onAction: (action, result) => told.push(`${action.kind} ${action.node.name} ${result}`),
    onProblem(error) {
      throw error;
    },
    onRound(round) {
      rounds.push(round);
      for (const look of waiting) look();
    },
  });
  const stop = new AbortController();
  const done = cordoner.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { scene, cordoner, told, rounds, stop, done, until };
}

const cordonedIn = ({ nodes }: Scene) => nodes.names().filter((name) => nodes.state(name).unschedulable);

describe('the cordoner', () => {
  it('cordons every Node of an impaired zone with one write each, and counts them', async () => {
    const { scene, rounds, until } = cordoning(40);
    await until(() => rounds.length > 0);
    expect(cordonedIn(scene)).toHaveLength(40);
    expect(scene.nodes.asked).toHaveLength(40);
    expect(rounds[0]).toEqual({ generation: 1, cordoned: new Map([[AZ1.id, 40]]) });
  });

  it('has sixteen writes under way at the most, and has as many', async () => {
    const { scene, rounds, until } = cordoning(50, ({ nodes }) => {
      nodes.before = () => new Promise((resolve) => setImmediate(resolve));
    });
    await until(() => rounds.length > 0);
    expect(scene.nodes.mostInFlight).toBe(16);
  });

  it('writes nothing while the set, or the Nodes, are not known', async () => {
    const { scene, cordoner, rounds, until } = cordoning(1, (prepared) => {
      prepared.set = undefined;
      prepared.known = false;
    });
    scene.set = setOf(1, zone('impaired'));
    cordoner.trigger();
    await new Promise((resolve) => setImmediate(resolve));
    scene.known = true;
    scene.set = undefined;
    cordoner.trigger();
    await new Promise((resolve) => setImmediate(resolve));
    expect([scene.nodes.asked, rounds]).toEqual([[], []]);
    scene.set = setOf(1, zone('impaired'));
    cordoner.trigger();
    await until(() => cordonedIn(scene).length === 1);
  });

  it('cordons a Node that joins late', async () => {
    const { scene, cordoner, rounds, until } = cordoning(1);
    await until(() => rounds.length > 0);
    scene.nodes.join('late', LABELS);
    cordoner.trigger();
    await until(() => scene.nodes.state('late').unschedulable);
  });

  it('uncordons what is ours when the zone is gone and the NodePools have heard of it, and not before', async () => {
    const { scene, cordoner, rounds, until } = cordoning(3, ({ nodes }) =>
      nodes.join('theirs', LABELS, 'eks'),
    );
    await until(() => rounds.length > 0);
    scene.released = false;
    scene.set = setOf(2);
    cordoner.trigger();
    await until(() => rounds.some(({ generation }) => generation === 2));
    expect(cordonedIn(scene)).toHaveLength(4);
    scene.released = true;
    cordoner.trigger();
    await until(() => cordonedIn(scene).length === 1);
    expect(scene.nodes.state('theirs')).toEqual({ unschedulable: true, mark: undefined });
  });

  it('is not stopped by a Node that cannot be written, and tries it again later', async () => {
    let refused = true;
    const { scene, cordoner, told, rounds, until } = cordoning(20, ({ nodes }) => {
      nodes.before = (name) => {
        if (name === 'node-3' && refused) throw new KubeError('kube.forbidden', 'patch node-3');
      };
    });
    await until(() => rounds.length > 0);
    expect(cordonedIn(scene)).toHaveLength(19);
    expect(told).toContain('cordon node-3 failed');
    // Changes of other Nodes are no reason to ask again.
    const asked = scene.nodes.asked.length;
    scene.now = -1;
    for (const again of [1, 2, 3]) {
      cordoner.trigger();
      await until(() => rounds.length > again);
    }
    expect(scene.nodes.asked).toHaveLength(asked);
    refused = false;
    scene.now = 60_000;
    cordoner.trigger();
    await until(() => cordonedIn(scene).length === 20);
  });

  it('leaves a Node alone that a person cordons at the same moment', async () => {
    const { scene, told, until } = cordoning(1, ({ nodes }) => {
      nodes.before = (name) => nodes.kubectl(true, name);
    });
    await until(() => told.length > 0);
    expect(told).toEqual(['cordon node-0 conflict']);
    expect(scene.nodes.state('node-0')).toEqual({ unschedulable: true, mark: undefined });
  });

  it('looks again where a Node changed in between, as soon as it sees the change', async () => {
    let touched = false;
    const { cordoner, scene, told, until } = cordoning(1, ({ nodes }) => {
      nodes.before = (name) => {
        if (!touched) nodes.touch(name);
        touched = true;
      };
    });
    await until(() => told.length > 0);
    cordoner.trigger();
    await until(() => cordonedIn(scene).length === 1);
    expect(told).toEqual(['cordon node-0 conflict', 'cordon node-0 done']);
  });

  it('has nothing to do for a Node that is gone', async () => {
    const { told, until } = cordoning(1, ({ nodes }) => {
      nodes.before = (name) => nodes.leave(name);
    });
    await until(() => told.length > 0);
    expect(told).toEqual(['cordon node-0 gone']);
  });

  it('stops at once where the set changes meanwhile', async () => {
    const { scene, cordoner, rounds, until } = cordoning(100, (prepared) => {
      prepared.nodes.before = () => {
        prepared.set = setOf(2, zone('recovering'));
      };
    });
    cordoner.trigger();
    await until(() => rounds.length > 0);
    expect(rounds[0]?.generation).toBe(2);
    expect(cordonedIn(scene).length).toBeLessThanOrEqual(16);
  });

  it('counts a mark that nobody writes as unknown', async () => {
    const { rounds, until } = cordoning(0, (prepared) => {
      prepared.set = setOf(1, zone('impaired', AZ2));
      prepared.released = false;
      const views = prepared.nodes.views.bind(prepared.nodes);
      prepared.nodes.join('odd', LABELS, 'somebody');
      prepared.nodes.views = () => views().map((view) => ({ ...view, mark: 'Not An ID' }));
    });
    await until(() => rounds.length > 0);
    expect(rounds[0]?.cordoned).toEqual(new Map([['unknown', 1]]));
  });
});

describe('an abort', () => {
  it('ends a cordoner that waits', async () => {
    const { rounds, stop, done, until } = cordoning(1);
    await until(() => rounds.length > 0);
    stop.abort();
    await done;
  });

  it('ends it during a round, and nothing more is written or told', async () => {
    const { scene, told, stop, done } = cordoning(100, ({ nodes }) => {
      nodes.before = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        stop.abort();
        throw new KubeError('kube.aborted', 'patch');
      };
    });
    await done;
    expect(scene.nodes.asked.length).toBeLessThanOrEqual(16);
    expect(told).toEqual([]);
  });
});
