import { describe, expect, it } from 'vitest';
import { type QueueHealth, QueueState } from '../../../watcher/hearing/queue-state.ts';

function state() {
  const told: QueueHealth[] = [];
  return { told, state: new QueueState((health) => told.push(health)) };
}

describe('the state of the queue', () => {
  it('is told from the start, and after each answered poll', () => {
    const { told, state: queue } = state();
    expect(told).toEqual([{ lastReceiveMs: undefined, listening: undefined, troubles: [] }]);
    queue.succeeded('receive');
    expect(told.at(-1)?.lastReceiveMs).toBeGreaterThan(0);
    queue.succeeded('delete');
    expect(told).toHaveLength(2);
  });

  it('tells since when it was first listened to, and since when without a failure', () => {
    const { told, state: queue } = state();
    queue.succeeded('receive');
    const first = told.at(-1)?.listening;
    expect(first?.firstMs).toBe(first?.againMs);
    queue.failed('delete', new Error('denied'));
    expect(told.at(-1)?.listening).toEqual(first);
    queue.failed('receive', new Error('denied'));
    expect(told.at(-1)?.listening).toBeUndefined();
    queue.succeeded('receive');
    expect(told.at(-1)?.listening?.firstMs).toBe(first?.firstMs);
  });

  it('has the last trouble of each step, the latest last, and whether it is over', () => {
    const { told, state: queue } = state();
    queue.failed('attributes', new Error('denied'));
    queue.failed('receive', new Error('first'));
    queue.failed('receive', new Error('second'));
    queue.succeeded('receive');
    expect(told.at(-1)?.troubles).toMatchObject([
      { where: 'attributes', error: 'denied', over: false },
      { where: 'receive', error: 'second', over: true },
    ]);
    queue.failed('attributes', 'again');
    expect(told.at(-1)?.troubles.map(({ where, over }) => [where, over])).toEqual([
      ['receive', true],
      ['attributes', false],
    ]);
  });
});
