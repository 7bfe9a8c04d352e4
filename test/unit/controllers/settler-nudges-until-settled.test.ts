import { describe, expect, it } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import { away, NodePoolsInMemory, nodePool } from '../settle/node-pools-in-memory.ts';
import { clean, settling } from './settling.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `pool-${index}`);

describe('the settler', () => {
  it('makes every NodePool what the set asks for, with one nudge each', async () => {
    const pools = new NodePoolsInMemory(
      names(3).map((name) => nodePool(name)),
      away(1),
    );
    const { until, nudges } = settling(pools, away(1));
    expect(await until(clean)).toEqual({ generation: 1, unsettled: 0, ahead: 0 });
    expect(names(3).map((name) => pools.zonesOf(name))).toEqual(names(3).map(() => ['us-east-1b']));
    expect(
      nudges()
        .map(({ name, result }) => `${name} ${result}`)
        .sort(),
    ).toEqual(names(3).map((name) => `${name} changed`));
  });

  it('nudges nothing that is settled', async () => {
    const pools = new NodePoolsInMemory([nodePool('web'), nodePool('other', ['us-east-1c'])], away(1));
    const { trigger, rounds, until } = settling(pools, away(1));
    await until(clean);
    expect(pools.nudged).toEqual(['web']);
    trigger();
    await until((round) => rounds().indexOf(round) === 1);
    expect(pools.nudged).toEqual(['web']);
  });

  it('does not nudge again what has answered, while the watch has not told of it', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const before = pools.views();
    const { trigger, rounds, until, see } = settling(pools, away(1), { views: () => before });
    await until(clean);
    for (const round of [1, 2]) {
      trigger();
      await until((one) => rounds().indexOf(one) === round);
    }
    expect(pools.nudged).toEqual(['web']);
    // Of another set the answer said nothing.
    pools.webhook = away(2, 'us-east-1a', 'us-east-1b');
    see(away(2, 'us-east-1a', 'us-east-1b'));
    await until(({ generation }) => generation === 2);
    expect(pools.nudged).toEqual(['web', 'web']);
  });

  it('leaves alone a NodePool on its way out', async () => {
    const pool = nodePool('web');
    pool.metadata.deletionTimestamp = '2026-11-21T04:00:00Z';
    const pools = new NodePoolsInMemory([pool], away(1));
    await settling(pools, away(1)).until(clean);
    expect(pools.nudged).toEqual([]);
  });

  it('nudges again where the webhook lags behind, until it has followed', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], { generation: 0, zones: [] });
    pools.before = (_, nudges) => {
      if (nudges === 4) pools.webhook = away(1);
    };
    const { until, nudges, rounds } = settling(pools, away(1));
    await until(clean);
    expect(nudges().map(({ result }) => result)).toEqual(['unsettled', 'unsettled', 'unsettled', 'changed']);
    expect(
      rounds()
        .slice(0, 3)
        .map(({ unsettled }) => unsettled),
    ).toEqual([1, 1, 1]);
    expect(pools.zonesOf('web')).toEqual(['us-east-1b']);
  });

  it('nudges again where the webhook is away and writes pass it by', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], undefined);
    pools.before = (_, nudges) => {
      if (nudges === 3) pools.webhook = away(1);
    };
    const { until, nudges } = settling(pools, away(1));
    await until(clean);
    expect(nudges().map(({ result }) => result)).toEqual(['unsettled', 'unsettled', 'changed']);
  });

  it('tries again what failed, and says so; the others are not held up', async () => {
    const pools = new NodePoolsInMemory([nodePool('bad'), nodePool('good')], away(1));
    const failure = new KubeError('kube.throttled', 'patch bad');
    pools.before = (name, nudges) => {
      if (name === 'bad' && nudges < 3) throw failure;
    };
    const { until, nudges, rounds, failures } = settling(pools, away(1));
    await until(clean);
    expect(rounds()[0]).toEqual({ generation: 1, unsettled: 1, ahead: 0 });
    const bad = nudges().filter(({ name }) => name === 'bad');
    expect(bad.map(({ result }) => result)).toEqual(['failed', 'failed', 'changed']);
    expect(failures()).toEqual([
      { part: 'nudge', error: failure },
      { part: 'nudge', error: failure },
    ]);
    expect(
      nudges()
        .filter(({ name }) => name === 'good')
        .map(({ result }) => result),
    ).toEqual(['changed']);
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
    const { until, nudges } = settling(pools, away(1), { views: () => old });
    await until(clean);
    expect(nudges().map(({ result }) => result)).toEqual(['failed', 'changed']);
  });

  it('has nothing left to do for a NodePool that is gone', async () => {
    const pools = new NodePoolsInMemory([nodePool('web'), nodePool('gone')], away(1));
    pools.before = (name) => {
      if (name === 'gone') pools.remove('gone');
    };
    const { until, nudges, failures } = settling(pools, away(1));
    expect(await until(() => true)).toMatchObject({ unsettled: 0 });
    const gone = nudges().filter(({ name }) => name === 'gone');
    expect(gone.map(({ result }) => result)).toEqual(['gone']);
    expect(failures()).toEqual([]);
  });

  it('counts a NodePool that is ahead of the set, does not nudge it, and settles it with the newer set', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(9));
    await pools.patch(undefined, { name: 'web' }, { kind: 'merge', body: {} });
    const { see, until, nudges } = settling(pools, away(3));
    await until(({ ahead }) => ahead === 1);
    expect(nudges()).toEqual([]);
    pools.webhook = away(10);
    see(away(10));
    expect(await until(clean)).toMatchObject({ generation: 10 });
    expect(nudges().map(({ result }) => result)).toEqual(['changed']);
  });

  it('goes round again for a set that comes during a round, at once', async () => {
    const pools = new NodePoolsInMemory(
      [nodePool('web', ['us-east-1a', 'us-east-1b', 'us-east-1c'])],
      away(1),
    );
    const both = away(2, 'us-east-1a', 'us-east-1b');
    pools.before = (_, nudges) => {
      // One more zone is away while the first round is under way: the round still speaks of the old set.
      if (nudges === 1) see(both);
    };
    const { see, until } = settling(pools, away(1));
    await until(({ generation }) => generation === 1);
    pools.webhook = both;
    await until((round) => round.generation === 2 && clean(round));
    expect(pools.zonesOf('web')).toEqual(['us-east-1c']);
  });

  it('never has more than eight nudges under way, and has as many', async () => {
    const pools = new NodePoolsInMemory(
      names(50).map((name) => nodePool(name)),
      away(1),
    );
    await settling(pools, away(1)).until(clean);
    expect(pools.nudged).toHaveLength(50);
    expect(pools.mostInFlight).toBe(8);
  });
});

describe('an abort', () => {
  it('ends a settler that waits for a trigger', async () => {
    const pools = new NodePoolsInMemory([], away(1));
    const { until, stop, done } = settling(pools, away(1));
    await until(clean);
    stop.abort();
    await done;
  });

  it('ends a settler during a round, and nothing is nudged any more', async () => {
    const pools = new NodePoolsInMemory(
      names(50).map((name) => nodePool(name)),
      away(1),
    );
    const { stop, done } = settling(pools, away(1));
    pools.before = () => stop.abort();
    await done;
    expect(pools.nudged.length).toBeLessThanOrEqual(8);
  });

  it('ends a settler whose last nudge is just answered', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { stop, done, nudges } = settling(pools, away(1));
    pools.before = () => stop.abort();
    await done;
    expect(nudges().map(({ result }) => result)).toEqual(['changed']);
  });

  it('is no failure of the nudge that it ends', async () => {
    const pools = new NodePoolsInMemory([nodePool('web')], away(1));
    const { stop, done, nudges } = settling(pools, away(1));
    pools.before = () => {
      stop.abort();
      throw new KubeError('kube.aborted', 'patch web');
    };
    await done;
    expect(nudges()).toEqual([]);
  });
});
