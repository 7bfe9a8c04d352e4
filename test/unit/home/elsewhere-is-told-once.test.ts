import { describe, expect, it } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import { ElsewhereTally } from '../../../watcher/hearing/elsewhere-tally.ts';

function tallying() {
  const facts = new Facts();
  const told: string[] = [];
  const counted: string[] = [];
  facts.listen({
    hear({ name, fact }) {
      if (name === 'elsewhere') counted.push(fact.kind);
      if (name === 'elsewhere-seen') told.push(`${fact.from} ${fact.kind} ${fact.where}`);
    },
  });
  return { tally: new ElsewhereTally(facts.tell), told, counted };
}

const WEST = { kind: 'region', where: 'us-west-2' } as const;
const ZONE = { kind: 'zone', where: 'usw2-az1' } as const;

describe('what is of elsewhere', () => {
  it('is counted each time, told once, and shown', () => {
    const { tally, told, counted } = tallying();
    for (let time = 0; time < 3; time += 1) tally.heard([WEST, ZONE]);
    expect(counted).toHaveLength(6);
    expect(told).toEqual(['event region us-west-2', 'event zone usw2-az1']);
    expect(tally.shown()).toEqual({
      messages: { region: 3, zone: 3, account: 0, cluster: 0 },
      seen: [
        { ...WEST, from: 'event' },
        { ...ZONE, from: 'event' },
      ],
    });
  });

  it('that ARC lists with each look is no message', () => {
    const { tally, told, counted } = tallying();
    tally.listed([ZONE]);
    tally.listed([ZONE]);
    expect([told, counted]).toEqual([['arc zone usw2-az1'], []]);
  });

  it('is named twenty times at the most, whatever somebody makes up, and counted all the same', () => {
    const { tally, told, counted } = tallying();
    for (let made = 0; made < 1000; made += 1) tally.heard([{ kind: 'cluster', where: `arn:${made}` }]);
    expect([told.length, counted.length]).toEqual([20, 1000]);
  });
});
