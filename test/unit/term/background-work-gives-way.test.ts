import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Listeners } from '../../../shared/stores/listenable.ts';
import { Duty, gate, LATER, type Reconcile, running } from './duties.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('background work', () => {
  const background = (reconcile?: Reconcile) => new Duty('back', reconcile, { rank: 'background' });

  it('begins only when no work is under way that a shift waits for', async () => {
    const [one, two] = [gate(), gate()];
    const back = background();
    const { pass } = running(new Duty('one', () => one.work), new Duty('two', () => two.work), back);
    await pass();
    one.open();
    await pass(5000);
    expect(back.looks).toBe(0);
    two.open();
    await pass();
    expect(back.looks).toBe(1);
  });

  it('waits for work that begins when other work ends', async () => {
    const source = new Listeners();
    const [one, two] = [gate(), gate()];
    const back = background();
    const { pass } = running(
      new Duty('one', async () => {
        const next = await one.work;
        source.tell();
        return next;
      }),
      new Duty('two', (_signal, looks) => (looks === 1 ? Promise.resolve(LATER) : two.work), {
        wokenBy: [source],
      }),
      back,
    );
    await pass();
    one.open();
    await pass(5000);
    expect(back.looks).toBe(0);
    two.open();
    await pass();
    expect(back.looks).toBe(1);
  });

  it('gives way for ten seconds at the most', async () => {
    const limit = new AbortController();
    const asked: number[] = [];
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      return limit.signal;
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const never = gate();
    const back = background();
    const { pass } = running(new Duty('stuck', () => never.work), back);
    onTestFinished(() => never.open());
    await pass();
    expect([asked, back.looks]).toEqual([[10_000], 0]);
    limit.abort();
    await pass();
    expect(back.looks).toBe(1);
  });

  it('gives way to no other background work, and no shift work gives way to it', async () => {
    const never = gate();
    const source = new Listeners();
    const shift = new Duty('shift', async () => LATER, { wokenBy: [source] });
    const other = new Duty('other', async () => LATER, { rank: 'background' });
    const { pass } = running(
      background(() => never.work),
      other,
      shift,
    );
    onTestFinished(() => never.open());
    await pass();
    source.tell();
    await pass();
    expect([other.looks, shift.looks]).toEqual([1, 2]);
  });

  it('that waits at the end does not begin any more', async () => {
    const busy = gate();
    const back = background();
    const { pass, stop, done } = running(new Duty('shift', () => busy.work), back);
    await pass();
    stop.abort();
    busy.open();
    await done;
    expect(back.looks).toBe(0);
  });
});
