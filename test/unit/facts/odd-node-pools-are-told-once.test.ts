import { expect, it } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { writePoolEvents } from '../../../watcher/listeners/write-pool-events.ts';

function listening(fails = false) {
  const written: KubeObject[] = [];
  const problems: unknown[] = [];
  const facts = new Facts();
  facts.listen(
    writePoolEvents({
      client: {
        async create(_type, object) {
          if (fails) throw new Error('refused');
          written.push(object);
          return object;
        },
      },
      now: () => Date.parse('2026-11-21T12:00:00Z'),
      onProblem: (error) => problems.push(error),
    }),
  );
  return { written, problems, facts };
}

it.each([
  ['unjudgeable', 'NodePoolNotJudged'],
  ['stuck', 'NodePoolStuck'],
] as const)('a NodePool that is %s has an Event, once for as long as it is', (name, reason) => {
  const { written, facts } = listening();
  for (let look = 0; look < 10; look += 1) facts.tell(name, { nodePools: ['heavy', 'odd'] });
  expect(written.map((event) => event.involvedObject)).toEqual([
    { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'heavy' },
    { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'odd' },
  ]);
  expect(written[0]).toMatchObject({ type: 'Warning', reason, metadata: { namespace: 'default' } });
  facts.tell(name, { nodePools: ['odd'] });
  facts.tell(name, { nodePools: ['heavy', 'odd'] });
  expect(written.map(({ metadata }) => metadata.generateName)).toEqual(['heavy.', 'odd.', 'heavy.']);
});

it('of very many the first are told', () => {
  const { written, facts } = listening();
  facts.tell('unjudgeable', { nodePools: Array.from({ length: 5000 }, (_, nth) => `heavy-${nth}`) });
  expect(written).toHaveLength(20);
});

it('an Event that is refused is a trouble and nothing else', async () => {
  const { problems, facts } = listening(true);
  facts.tell('stuck', { nodePools: ['odd'] });
  await new Promise((resolve) => setImmediate(resolve));
  expect(problems).toHaveLength(1);
});
