import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAME_SOURCES, type NameSource } from '../../../watcher/zone-names/believed-names.ts';
import { believing } from './believing.ts';

type Said = readonly [from: NameSource, id: string, name: string];
const all: readonly Said[] = [
  ['EC2', 'use1-az1', 'us-east-1c'],
  ['Nodes', 'use1-az1', 'us-east-1b'],
  ['EC2NodeClasses', 'use1-az1', 'us-east-1a'],
];

describe('a zone name', () => {
  it('is unknown until something tells it', () => {
    const { names } = believing();
    expect(names.nameOf('use1-az1')).toBeUndefined();
    expect(names.learn('EC2', 'x', 'use1-az1', 'us-east-1a')).toBe(true);
    expect(names.learn('Nodes', 'x', 'use1-az1', 'us-east-1a')).toBe(false);
    expect(names.nameOf('use1-az1')).toBe('us-east-1a');
    expect(names.idOf('us-east-1a')).toBe('use1-az1');
    expect([...names.all()]).toEqual([['use1-az1', 'us-east-1a']]);
  });

  it('is believed of EC2NodeClasses, then of Nodes, then of EC2, whoever speaks first', () => {
    for (const order of [all, all.toReversed(), [all[1], all[2], all[0]]]) {
      const { names } = believing();
      for (const said of order) if (said !== undefined) names.learn(said[0], 'x', said[1], said[2]);
      expect(names.nameOf('use1-az1')).toBe('us-east-1a');
    }
  });

  it('never goes back to what a source with less belief says', () => {
    const { names } = believing();
    expect(all.map(([from, id, name]) => names.learn(from, 'x', id, name))).toEqual([true, true, true]);
    expect(all.map(([from, id, name]) => names.learn(from, 'x', id, name))).toEqual([false, false, false]);
    expect(names.learn('EC2NodeClasses', 'x', 'use1-az1', 'us-east-1z')).toBe(false);
    expect(names.nameOf('use1-az1')).toBe('us-east-1a');
  });

  it('is not learned for what is no ID, and not when it is empty', () => {
    const { names } = believing();
    expect(names.learn('Nodes', 'x', 'Not An ID', 'us-east-1a')).toBe(false);
    expect(names.learn('Nodes', 'x', 'use1-az1', '')).toBe(false);
    expect(names.all().size).toBe(0);
  });

  it('belongs to one ID: the other is unknown, or has what another source calls it', () => {
    const { names } = believing();
    names.learn('Nodes', 'x', 'use1-az2', 'us-east-1a');
    names.learn('EC2NodeClasses', 'x', 'use1-az1', 'us-east-1a');
    expect(names.nameOf('use1-az1')).toBe('us-east-1a');
    expect(names.nameOf('use1-az2')).toBeUndefined();
    names.learn('EC2', 'x', 'use1-az2', 'us-east-1d');
    expect(names.nameOf('use1-az2')).toBe('us-east-1d');
  });

  it('does not fill the memory with made up IDs', () => {
    const { names, told } = believing();
    for (let n = 0; n < 2000; n += 1) names.learn('Nodes', 'x', `z${n}`, `n${n}`);
    for (let n = 0; n < 2000; n += 1) names.learn('Nodes', 'x', 'z1', `other${n}`);
    expect(names.all().size).toBe(500);
    expect(told).toHaveLength(500);
  });
});

const said = fc.tuple(
  fc.constantFrom(...NAME_SOURCES),
  fc.constantFrom('az1', 'az2', 'az3'),
  fc.constantFrom('a', 'b', 'c'),
);

describe('whatever is said in whatever order', () => {
  it('each way there is one answer at most, and repeating all of it changes nothing and is not told again', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), (sayings) => {
        const { names, told } = believing();
        const learnAll = () => sayings.map(([from, id, name]) => names.learn(from, 'x', id, name));
        learnAll();
        const before = [...names.all()];
        expect(new Set(names.all().values()).size).toBe(names.all().size);
        for (const [id, name] of names.all()) expect(names.idOf(name)).toBe(id);
        expect(learnAll()).not.toContain(true);
        const tellings = told.length;
        expect(learnAll()).not.toContain(true);
        expect([...names.all()]).toEqual(before);
        expect(told).toHaveLength(tellings);
      }),
    );
  });

  it('a contradiction is told when, and only when, one is there', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), (sayings) => {
        const { names, told } = believing();
        for (const [from, id, name] of sayings) names.learn(from, 'x', id, name);
        const contradicting = sayings.some(([, id, name]) =>
          sayings.some(([, otherId, otherName]) => (id === otherId) !== (name === otherName)),
        );
        expect(told.length > 0).toBe(contradicting);
      }),
    );
  });
});
