import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { type Listenable, Listeners } from '../../../shared/stores/listenable.ts';
import { runControllers } from '../../../watcher/term/run-controllers.ts';
import { Duty, gate, LATER, type Reconcile, running } from './duties.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a duty', () => {
  it('looks at once, and again when it said that it would', async () => {
    const duty = new Duty('a', async () => ({ againInMs: 1000 }));
    const { pass } = running(duty);
    await pass();
    expect(duty.looks).toBe(1);
    await pass(999);
    expect(duty.looks).toBe(1);
    await pass(1);
    expect(duty.looks).toBe(2);
  });

  it('is woken by each of its sources at once, and by those of nobody else', async () => {
    const [one, two, other] = [new Listeners(), new Listeners(), new Listeners()];
    const duty = new Duty('a', async () => LATER, { wokenBy: [one, two] });
    const { pass } = running(duty, new Duty('b', async () => LATER, { wokenBy: [other] }));
    await pass();
    one.tell();
    await pass();
    expect(duty.looks).toBe(2);
    two.tell();
    await pass();
    expect(duty.looks).toBe(3);
    other.tell();
    await pass();
    expect(duty.looks).toBe(3);
  });

  it('looks once more, and not at the same time, where it is woken during a look', async () => {
    const source = new Listeners();
    const first = gate();
    const duty = new Duty('a', (_signal, looks) => (looks === 1 ? first.work : Promise.resolve(LATER)), {
      wokenBy: [source],
    });
    const { pass } = running(duty);
    await pass();
    source.tell();
    source.tell();
    await pass();
    expect(duty.looks).toBe(1);
    first.open();
    await pass();
    expect(duty.looks).toBe(2);
  });

  it('is woken by nothing after the end, and nobody keeps it', async () => {
    let listening = 0;
    const source = new Listeners();
    const counting: Listenable = {
      listen(changed) {
        listening += 1;
        const end = source.listen(changed);
        return () => {
          listening -= 1;
          end();
        };
      },
    };
    const duty = new Duty('a', async () => LATER, { wokenBy: [counting, counting] });
    const { pass, stop, done } = running(duty);
    await pass();
    expect(listening).toBe(2);
    stop.abort();
    await done;
    expect(listening).toBe(0);
    source.tell();
    await pass(120_000);
    expect(duty.looks).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is measured, each look of it, without the time that it waited', async () => {
    const busy = gate();
    const shift = new Duty('shift', () => busy.work);
    const slow: Reconcile = async () => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      return LATER;
    };
    const { heard, pass } = running(shift, new Duty('back', slow, { rank: 'background' }));
    await pass(3000);
    expect(heard.of('reconciled')).toEqual([]);
    busy.open();
    await pass(250);
    expect(heard.of('reconciled')).toEqual([
      { controller: 'shift', durationMs: 3000 },
      { controller: 'back', durationMs: 250 },
    ]);
  });
});

describe('a duty that throws', () => {
  const failure = new Error('a defect');

  it('is told by its name, tried again after a back-off, and the others go on', async () => {
    const source = new Listeners();
    const bad = new Duty('bad', async (_signal, looks) => {
      if (looks <= 2) throw failure;
      return LATER;
    });
    const good = new Duty('good', async () => LATER, { wokenBy: [source] });
    const { heard, pass, hasEnded } = running(bad, good);
    await pass();
    expect(heard.of('failure')).toEqual([{ part: 'bad', error: failure }]);
    expect([bad.looks, good.looks]).toEqual([1, 1]);
    source.tell();
    await pass();
    expect(good.looks).toBe(2);
    await pass(10_000);
    expect(heard.of('failure')).toHaveLength(2);
    expect([bad.looks, hasEnded()]).toEqual([3, false]);
    expect(heard.of('reconciled').filter(({ controller }) => controller === 'bad')).toHaveLength(1);
  });

  it('is tried again no sooner for being woken', async () => {
    const source = new Listeners();
    const bad = new Duty('bad', () => Promise.reject(failure), { wokenBy: [source] });
    const { pass } = running(bad);
    for (let second = 0; second < 600; second += 1) {
      source.tell();
      await pass(1000);
    }
    expect(bad.looks).toBeGreaterThan(20);
    expect(bad.looks).toBeLessThan(60);
  });

  it('is not tried again before a server wants it', async () => {
    const busy = new KubeError('kube.throttled', 'patch', { retryAfterSeconds: 30 });
    const bad = new Duty('bad', async (_signal, looks) => {
      if (looks === 1) throw busy;
      return LATER;
    });
    const { pass } = running(bad);
    await pass(29_999);
    expect(bad.looks).toBe(1);
    await pass(1);
    expect(bad.looks).toBe(2);
  });

  it('may throw before it has begun to wait', async () => {
    const bad = new Duty('bad', () => {
      throw failure;
    });
    const background = new Duty('back', async () => LATER, { rank: 'background' });
    const { heard, pass } = running(bad, background);
    await pass();
    expect(heard.of('failure')).toEqual([{ part: 'bad', error: failure }]);
    expect(background.looks).toBe(1);
  });

  it('holds up no background work', async () => {
    const bad = new Duty('bad', () => Promise.reject(failure));
    const background = new Duty('back', async () => LATER, { rank: 'background' });
    const { pass } = running(bad, background);
    await pass();
    expect(background.looks).toBe(1);
  });

  it('because of the end is not told', async () => {
    const bad = new Duty('bad', async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw failure;
    });
    const { heard, pass, stop, done } = running(bad);
    await pass();
    stop.abort();
    await done;
    expect(heard.of('failure')).toEqual([]);
  });
});

describe('the end', () => {
  it('comes when the signal has aborted and no duty is at work any more', async () => {
    const [one, two] = [gate(), gate()];
    const { pass, stop, hasEnded } = running(
      new Duty('one', () => one.work),
      new Duty('two', () => two.work, { rank: 'background' }),
      new Duty('three'),
    );
    await pass();
    stop.abort();
    await pass(60_000);
    expect(hasEnded()).toBe(false);
    one.open();
    two.open();
    await pass();
    expect(hasEnded()).toBe(true);
  });

  it('is what each duty hears of by its signal', async () => {
    let heard: AbortSignal | undefined;
    const { pass, stop } = running(
      new Duty('a', async (signal) => {
        heard = signal;
        return LATER;
      }),
    );
    await pass();
    expect(heard?.aborted).toBe(false);
    stop.abort();
    expect(heard?.aborted).toBe(true);
  });

  it('of a term that is over before it begins comes at once, and nothing has looked', async () => {
    const duty = new Duty('a');
    const facts = new Facts();
    await runControllers([duty], facts.tell, AbortSignal.abort());
    expect(duty.looks).toBe(0);
  });
});
