import type { Orders } from '../../shared/record/orders.ts';
import type { NodePoolView } from '../../shared/views/node-pool.ts';

/** One zone away. */
export const ONE_AWAY: Orders = {
  generation: 2,
  zones: [
    {
      id: 'use1-az1',
      name: 'us-east-1a',
      state: 'impaired',
      sources: [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }],
    },
  ],
};

/** A NodePool with so many requirements, a list of three zones the last of them. Each number makes another one. */
export function poolOf(requirements: number, number = 0): NodePoolView {
  const others = Array.from({ length: requirements - 1 }, (_, index) => ({
    key: `example.com/label-${index}`,
    operator: 'In',
    values: ['a', 'b', `c${number}`],
  }));
  const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
  return {
    metadata: { name: `pool-${number}`, annotations: { team: 'web' } },
    spec: {
      template: {
        spec: {
          requirements: [...others, { key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }],
        },
      },
      disruption: { budgets: [{ nodes: `${(number % 90) + 10}%` }] },
    },
  };
}
