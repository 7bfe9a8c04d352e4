import { describe, expect, it } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { readPool } from '../../../shared/views/pool-view.ts';
import { createStandstill } from '../../../watcher/controllers/standstill/standstill.ts';
import { AZ1, AZ2, NodesInMemory, setOf, zone } from '../cordon/nodes-in-memory.ts';
import { recordOf } from './record-in-memory.ts';
import { running, sceneInMemory } from './scene-in-memory.ts';

const LABELS = { 'topology.k8s.aws/zone-id': AZ1.id };

/** What the test does to the scene, before and while the controller looks at it. */
class Scene {
  readonly nodes = new NodesInMemory();
  readonly parts = sceneInMemory(undefined, { patch: (...call) => this.nodes.patch(...call) });
  /** What reads of Nodes show. */
  views = () => this.nodes.views();
  now = 0;
  /** Whether each set has reached all NodePools as soon as it is there. */
  isReleased = true;

  constructor(count: number) {
    for (let index = 0; index < count; index += 1) this.nodes.join(`node-${index}`, LABELS);
    this.parts.nodes.views = () => this.views();
    this.parts.now = () => this.now;
    this.set = setOf(1, zone('impaired'));
  }

  /** The set in force, seen by the process; `undefined` while it is not known. */
  set set(set: Orders | undefined) {
    if (set !== undefined && this.isReleased) this.released(set.generation);
    this.parts.record.see(set === undefined ? undefined : recordOf(set));
  }

  /** The set of that generation has reached all NodePools. */
  released(generation: number): void {
    this.parts.progress.poolsLookedAt({ generation, unsettled: 0, ahead: 0 }, this.now);
  }

  /** A reason to look again. */
  trigger(): void {
    this.parts.nodes.tell();
  }
}

/** Stands so many Nodes of AZ1 still, with the zone impaired, until the test is over. */
function cordoning(count: number, prepare: (scene: Scene) => void = () => undefined) {
  const scene = new Scene(count);
  prepare(scene);
  const { facts, heard, record } = scene.parts;
  const rounds: { readonly generation: number | undefined; readonly cordoned: Record<string, number> }[] = [];
  facts.listen({
    hear({ name, fact }) {
      if (name !== 'nodes-cordoned') return;
      const cordoned = Object.fromEntries(fact.counts.map(({ zoneId, count }) => [zoneId, count]));
      rounds.push({ generation: record.current()?.generation, cordoned });
    },
  });
  const told = () =>
    heard.of('node-written').map(({ action, node, result }) => `${action} ${node} ${result}`);
  const { stop, done } = running(facts, createStandstill(scene.parts));
  /** Waits until the condition holds after a round. */
  const until = (condition: () => boolean) => heard.until(condition);
  return { scene, told, rounds, stop, done, until };
}

const cordonedIn = ({ nodes }: Scene) => nodes.names().filter((name) => nodes.state(name).unschedulable);

describe('standstill', () => {
  it('cordons every Node of an impaired zone with one write each, and counts them', async () => {
    const { scene, rounds, until } = cordoning(40);
    await until(() => rounds.length > 0);
    expect(cordonedIn(scene)).toHaveLength(40);
    expect(scene.nodes.asked).toHaveLength(40);
    expect(rounds[0]).toEqual({ generation: 1, cordoned: { [AZ1.id]: 40 } });
  });

  it('has sixteen writes under way at the most, and has as many', async () => {
    const { scene, rounds, until } = cordoning(50, ({ nodes }) => {
      nodes.before = () => new Promise((resolve) => setImmediate(resolve));
    });
    await until(() => rounds.length > 0);
    expect(scene.nodes.mostInFlight).toBe(16);
  });

  it('writes nothing while the set, or the Nodes, are not known', async () => {
    const { scene, rounds, until } = cordoning(1, (prepared) => {
      prepared.set = undefined;
      prepared.parts.nodes.known = false;
    });
    scene.set = setOf(1, zone('impaired'));
    scene.trigger();
    await new Promise((resolve) => setImmediate(resolve));
    scene.parts.nodes.known = true;
    scene.set = undefined;
    scene.trigger();
    await new Promise((resolve) => setImmediate(resolve));
    expect([scene.nodes.asked, rounds]).toEqual([[], []]);
    scene.set = setOf(1, zone('impaired'));
    scene.trigger();
    await until(() => cordonedIn(scene).length === 1);
  });

  it('writes nothing before NodePools are known: nobody knows whose Nodes are exempt', async () => {
    const { scene, rounds, until } = cordoning(1, ({ parts, nodes }) => {
      parts.pools.known = false;
      nodes.join('exempt', { ...LABELS, 'karpenter.sh/nodepool': 'theirs' });
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([scene.nodes.asked, rounds]).toEqual([[], []]);
    const annotations = { 'zonewarden.io/zone-enforcement': 'off' };
    const spec = { template: { spec: {} } };
    scene.parts.pools.known = true;
    scene.parts.pools.show(readPool({ metadata: { name: 'theirs', uid: 'uid-theirs', annotations }, spec }));
    scene.trigger();
    await until(() => rounds.length > 0);
    expect(cordonedIn(scene)).toEqual(['node-0']);
  });

  it('cordons nothing where it is switched off, and looks all the same', async () => {
    const { scene, rounds, until } = cordoning(1, ({ parts }) => {
      parts.cordon = false;
    });
    await until(() => rounds.length > 0);
    expect(scene.nodes.asked).toEqual([]);
    expect(scene.parts.progress.areNodesTried(1)).toBe(true);
  });

  it('learns of each Node, also while no zone is known to be impaired', async () => {
    const learned: string[] = [];
    const { until } = cordoning(2, (prepared) => {
      prepared.set = undefined;
      prepared.parts.names.learn = ({ name }) => void learned.push(name);
    });
    await until(() => learned.length >= 2);
    expect(learned.slice(0, 2)).toEqual(['node-0', 'node-1']);
  });

  it('says that all Nodes were tried only when they were, for that set', async () => {
    const { scene, rounds, until } = cordoning(1, ({ nodes, parts }) => {
      nodes.before = () => expect(parts.progress.areNodesTried(1)).toBe(false);
    });
    await until(() => rounds.length > 0);
    expect(scene.parts.progress.areNodesTried(1)).toBe(true);
    expect(scene.parts.progress.areNodesTried(2)).toBe(false);
  });

  it('tells what it did to which Node, why, and what made it fail', async () => {
    const refused = new KubeError('kube.forbidden', 'patch node-0');
    const { scene, until } = cordoning(2, ({ nodes }) => {
      nodes.before = (name) => {
        if (name === 'node-0') throw refused;
      };
    });
    const { heard } = scene.parts;
    await until(() => heard.of('reconciled').length > 0);
    const why = 'autoshift since 2026-11-21T04:00:00Z';
    const cordon = { action: 'cordon', zoneId: AZ1.id, zone: AZ1.name, why };
    expect(heard.of('node-written')).toEqual(
      expect.arrayContaining([
        { ...cordon, node: 'node-0', result: 'failed' },
        { ...cordon, node: 'node-1', result: 'done' },
      ]),
    );
    expect(heard.of('failure')).toEqual([{ part: 'cordon', error: refused }]);
    scene.set = setOf(2);
    await until(() => heard.of('node-written').length === 3);
    expect(heard.of('node-written').at(-1)).toMatchObject({
      ...{ action: 'uncordon', node: 'node-1', result: 'done', zoneId: AZ1.id, why: 'the zone is back' },
    });
  });

  it('cordons a Node that joins late', async () => {
    const { scene, rounds, until } = cordoning(1);
    await until(() => rounds.length > 0);
    scene.nodes.join('late', LABELS);
    scene.trigger();
    await until(() => scene.nodes.state('late').unschedulable);
  });

  it('uncordons what is ours when the zone is gone and the NodePools have heard of it, and not before', async () => {
    const { scene, rounds, until } = cordoning(3, ({ nodes }) => nodes.join('theirs', LABELS, 'eks'));
    await until(() => rounds.length > 0);
    scene.isReleased = false;
    scene.set = setOf(2);
    await until(() => rounds.some(({ generation }) => generation === 2));
    expect(cordonedIn(scene)).toHaveLength(4);
    scene.released(2);
    await until(() => cordonedIn(scene).length === 1);
    expect(scene.nodes.state('theirs')).toEqual({ unschedulable: true, mark: undefined });
  });

  it('is not stopped by a Node that cannot be written, and tries it again later', async () => {
    let refused = true;
    const { scene, told, rounds, until } = cordoning(20, ({ nodes }) => {
      nodes.before = (name) => {
        if (name === 'node-3' && refused) throw new KubeError('kube.forbidden', 'patch node-3');
      };
    });
    await until(() => rounds.length > 0);
    expect(cordonedIn(scene)).toHaveLength(19);
    expect(told()).toContain('cordon node-3 failed');
    // Changes of other Nodes are no reason to ask again.
    const asked = scene.nodes.asked.length;
    scene.now = -1;
    for (const again of [1, 2, 3]) {
      scene.trigger();
      await until(() => rounds.length > again);
    }
    expect(scene.nodes.asked).toHaveLength(asked);
    refused = false;
    scene.now = 60_000;
    scene.trigger();
    await until(() => cordonedIn(scene).length === 20);
  });

  it('leaves a Node alone that a person cordons at the same moment', async () => {
    const { scene, told, until } = cordoning(1, ({ nodes }) => {
      nodes.before = (name) => nodes.kubectl(true, name);
    });
    await until(() => told().length > 0);
    expect(told()).toEqual(['cordon node-0 conflict']);
    expect(scene.nodes.state('node-0')).toEqual({ unschedulable: true, mark: undefined });
  });

  it('looks again where a Node changed in between, as soon as it sees the change', async () => {
    let touched = false;
    const { scene, told, until } = cordoning(1, ({ nodes }) => {
      nodes.before = (name) => {
        if (!touched) nodes.touch(name);
        touched = true;
      };
    });
    await until(() => told().length > 0);
    scene.trigger();
    await until(() => cordonedIn(scene).length === 1);
    expect(told()).toEqual(['cordon node-0 conflict', 'cordon node-0 done']);
  });

  it('has nothing to do for a Node that is gone', async () => {
    const { told, until } = cordoning(1, ({ nodes }) => {
      nodes.before = (name) => nodes.leave(name);
    });
    await until(() => told().length > 0);
    expect(told()).toEqual(['cordon node-0 gone']);
  });

  it('stops at once where the set changes meanwhile', async () => {
    const { scene, rounds, until } = cordoning(100, (prepared) => {
      prepared.nodes.before = () => {
        prepared.set = setOf(2, zone('recovering'));
      };
    });
    scene.trigger();
    await until(() => rounds.length > 0);
    expect(rounds[0]?.generation).toBe(2);
    expect(cordonedIn(scene).length).toBeLessThanOrEqual(16);
  });

  it('counts a mark that nobody writes as unknown', async () => {
    const { rounds, until } = cordoning(0, (prepared) => {
      prepared.isReleased = false;
      prepared.set = setOf(2, zone('impaired', AZ2));
      prepared.nodes.join('odd', LABELS, 'somebody');
      prepared.views = () => prepared.nodes.views().map((view) => ({ ...view, mark: 'Not An ID' }));
    });
    await until(() => rounds.length > 0);
    expect(rounds[0]?.cordoned).toEqual({ unknown: 1 });
  });
});

describe('an abort', () => {
  it('ends one that waits', async () => {
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
    expect(told()).toEqual([]);
  });
});
