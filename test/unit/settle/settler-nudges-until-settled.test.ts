import { describe, expect, it, onTestFinished } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { ImpairedSet } from '../../../shared/record/impaired-set.ts';
import type { TriggeredRounds } from '../../../watcher/rounds/triggered-rounds.ts';
import { createSettler, type NudgeResult } from '../../../watcher/settle/settler.ts';
import { away, NodePoolsInMemory, nodePool, SETTINGS } from './node-pools-in-memory.ts';

interface Round {
  readonly generation: number;
  readonly unsettled: number;
  readonly ahead: number;
}

interface Running {
  readonly settler: TriggeredRounds;
  readonly nudges: { readonly name: string; readonly result: NudgeResult; readonly error?: unknown }[];
  readonly rounds: Round[];
  readonly stop: AbortController;
  /** Resolves when `run` has ended. */
  readonly done: Promise<void>;
  /** The first round that is as asked. */
  until(condition: (round: Round) => boolean): Promise<Round>;
}

/** Runs a settler over NodePools until the test is over. */
function settling(
  pools: NodePoolsInMemory,
  set: () => ImpairedSet | undefined,
  views = () => pools.views(),
): Running {
  const nudges: Running['nudges'] = [];
  const rounds: Round[] = [];
  const waiting = new Set<() => void>();
  const settler = createSettler({
    client: pools,
    settings: SETTINGS,
    pools: views,
    set,
    onNudge: (name, result, error) => nudges.push({ name, result, error }),
    onProblem(error) {
      throw error;
    },
    onRound(round) {
      rounds.push(round);
      for (const look of waiting) look();
    },
  });
  const stop = new AbortController();
  const done = settler.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  const until = (condition: (round: Round) => boolean) =>
    new Promise<Round>((resolve) => {
      const look = () => {
        const found = rounds.find(condition);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { settler, nudges, rounds, stop, done, until };
}

const clean = ({ unsettled, ahead }: Round) => unsettled === 0 && ahead === 0;
const names = (count: number) => Array.from({ length: count }, (_, index) => `pool-${index}`);

describe('the settler', () => {
  it('makes every NodePool what the set asks for, with one nudge each', async () => {
    const pools = new NodePoolsInMemory(
      names(3).map((name) => nodePool(name)),
      away(1),
    );
    const { until, nudges } = settling(pools, () => away(1));
    expect(await until(clean)).toEqual({ generation: 1, unsettled: 0, ahead: 0 });
    expect(names(3).map((name) => pools.zonesOf(name))).toEqual(names(3).map(() => ['us-east-1b']));
    expect(nudges.map(({ name, result }) => `${name} ${result}`).sort()).toEqual(
      names(3).map((name) => `${name} changed`),
    );
  });

  it('nudges nothing that is settled', async () => {
    const pools = new NodePoolsInMemory([nodePool('web'), nodePool('other', ['us-east-1c'])], away(1));
    const { settler, rounds, until } = settling(pools, () => away(1));
    await until(clean);
    expect(pools.nudged).toEqual(['web']);
    settler.trigger();
    await until((round) => rounds.indexOf(round) === 1);
    expect(pools.nudged).toEqual(['web']);
  });

  it('nudges nothing while the set is not known, and begins when it is told that it is', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    let set: ImpairedSet | undefined;
    let asked = 0;
    const { settler, until, rounds } = settling(pools, () => {
      asked += 1;
      return set;
    });
    while (asked === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([pools.nudged, rounds]).toEqual([[], []]);
    set = away(1);
    settler.trigger();
    await until(clean);
    expect(pools.zonesOf('web')).toEqual(['us-east-1b']);
  });

  it('leaves alone a NodePool on its way out', async () => {
    const pool = nodePool('web');
    pool.metadata.deletionTimestamp = '2026-11-21T04:00:00Z';
    const pools = new NodePoolsInMemory([pool], away(1));
    await settling(pools, () => away(1)).until(clean);
    expect(pools.nudged).toEqual([]);
  });

  it('nudges again where the webhook lags behind, until it has followed', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], { generation: 0, zones: [] });
    pools.before = (_, nudges) => {
      if (nudges === 4) pools.webhook = away(1);
    };
    const { until, nudges, rounds } = settling(pools, () => away(1));
    await until(clean);
    expect(nudges.map(({ result }) => result)).toEqual(['unsettled', 'unsettled', 'unsettled', 'changed']);
    expect(rounds.slice(0, 3).map(({ unsettled }) => unsettled)).toEqual([1, 1, 1]);
    expect(pools.zonesOf('web')).toEqual(['us-east-1b']);
  });

  it('nudges again where the webhook is away and writes pass it by', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], undefined);
    pools.before = (_, nudges) => {
      if (nudges === 3) pools.webhook = away(1);
    };
    const { until, nudges } = settling(pools, () => away(1));
    await until(clean);
    expect(nudges.map(({ result }) => result)).toEqual(['unsettled', 'unsettled', 'changed']);
  });

  it('tries again what failed, and says so; the others are not held up', async () => {
    const pools = new NodePoolsInMemory([nodePool('bad'), nodePool('good')], away(1));
    const failure = new KubeError('kube.throttled', 'patch bad');
    pools.before = (name, nudges) => {
      if (name === 'bad' && nudges < 3) throw failure;
    };
    const { until, nudges, rounds } = settling(pools, () => away(1));
    await until(clean);
    expect(rounds[0]).toEqual({ generation: 1, unsettled: 1, ahead: 0 });
    const bad = nudges.filter(({ name }) => name === 'bad');
    expect(bad.map(({ result, error }) => [result, error])).toEqual([
      ['failed', failure],
      ['failed', failure],
      ['changed', undefined],
    ]);
    expect(nudges.filter(({ name }) => name === 'good').map(({ result }) => result)).toEqual(['changed']);
  });

  it('counts an answer that it cannot read as a failure', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const patch = pools.patch.bind(pools);
    let answers = 0;
    pools.patch = async (...call) => {
      const answer = await patch(...call);
      answers += 1;
      return answers === 1 ? { metadata: { name: 'web' } } : answer;
    };
    // A cache that has not seen the write yet, so that it is nudged again.
    const old = pools.views();
    const { until, nudges } = settling(
      pools,
      () => away(1),
      () => old,
    );
    await until(clean);
    expect(nudges.map(({ result }) => result)).toEqual(['failed', 'changed']);
  });

  it('has nothing left to do for a NodePool that is gone', async () => {
    const pools = new NodePoolsInMemory([nodePool('web'), nodePool('gone')], away(1));
    pools.before = (name) => {
      if (name === 'gone') pools.remove('gone');
    };
    const { until, nudges } = settling(pools, () => away(1));
    expect(await until(() => true)).toMatchObject({ unsettled: 0 });
    const gone = nudges.filter(({ name }) => name === 'gone');
    expect(gone.map(({ result }) => result)).toEqual(['gone']);
    expect(gone[0]?.error).toMatchObject({ code: 'kube.not-found' });
  });

  it('counts a NodePool that is ahead of the set, does not nudge it, and settles it with the newer set', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(9));
    await pools.patch(undefined, { name: 'web' }, { kind: 'merge', body: {} });
    let set = away(3);
    const { settler, until, nudges } = settling(pools, () => set);
    await until(({ ahead }) => ahead === 1);
    expect(nudges).toEqual([]);
    set = away(10);
    pools.webhook = set;
    settler.trigger();
    expect(await until(clean)).toMatchObject({ generation: 10 });
    expect(nudges.map(({ result }) => result)).toEqual(['changed']);
  });

  it('goes round again for a trigger during a round, at once', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    let set = away(1);
    pools.before = (_, nudges) => {
      if (nudges > 1) return;
      // The zone is back while the first round is under way: the round still speaks of the old set.
      set = { generation: 2, zones: [] };
      running.settler.trigger();
    };
    const running = settling(pools, () => set);
    await running.until(({ generation }) => generation === 1);
    pools.webhook = set;
    await running.until((round) => round.generation === 2 && clean(round));
    expect(pools.zonesOf('web')).toEqual(['us-east-1a', 'us-east-1b']);
  });

  it('never has more than eight nudges under way, and has as many', async () => {
    const pools = new NodePoolsInMemory(
      names(50).map((name) => nodePool(name)),
      away(1),
    );
    await settling(pools, () => away(1)).until(clean);
    expect(pools.nudged).toHaveLength(50);
    expect(pools.mostInFlight).toBe(8);
  });
});

describe('an abort', () => {
  it('ends a settler that waits for a trigger', async () => {
    const pools = new NodePoolsInMemory([], away(1));
    const { until, stop, done } = settling(pools, () => away(1));
    await until(clean);
    stop.abort();
    await done;
  });

  it('ends a settler during a round, and nothing is nudged any more', async () => {
    const pools = new NodePoolsInMemory(
      names(50).map((name) => nodePool(name)),
      away(1),
    );
    const { stop, done } = settling(pools, () => away(1));
    pools.before = () => stop.abort();
    await done;
    expect(pools.nudged.length).toBeLessThanOrEqual(8);
  });

  it('ends a settler whose last nudge is just answered', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { stop, done, nudges } = settling(pools, () => away(1));
    pools.before = () => stop.abort();
    await done;
    expect(nudges.map(({ result }) => result)).toEqual(['changed']);
  });

  it('is no failure of the nudge that it ends', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { stop, done, nudges } = settling(pools, () => away(1));
    pools.before = () => {
      stop.abort();
      throw new KubeError('kube.aborted', 'patch web');
    };
    await done;
    expect(nudges).toEqual([]);
  });
});

describe('with no webhook, and NodePools that change all the time', () => {
  it('a trigger nudges no NodePool again that was just nudged in vain', async () => {
    const pools = new NodePoolsInMemory(
      names(3).map((name) => nodePool(name)),
      undefined,
    );
    const { settler, rounds, until } = settling(pools, () => away(1));
    // Karpenter writes the status of a NodePool: each write is a trigger.
    for (let round = 1; round <= 200; round += 1) {
      settler.trigger();
      await until(() => rounds.length >= round);
    }
    expect(rounds.every(({ unsettled }) => unsettled === 3)).toBe(true);
    // Far fewer than the 600 of a nudge a NodePool and round; how many the back-off allows depends on the machine.
    expect(pools.nudged.length).toBeLessThan(200);
  });

  it('a newer set is followed at once', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], undefined);
    let set = away(1);
    const { settler, nudges, until } = settling(pools, () => set);
    await until(({ unsettled }) => unsettled === 1);
    set = away(2);
    pools.webhook = set;
    settler.trigger();
    await until((round) => round.generation === 2 && clean(round));
    expect(nudges.at(-1)?.result).toBe('changed');
  });
});
