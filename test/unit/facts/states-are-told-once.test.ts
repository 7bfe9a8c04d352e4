import { describe, expect, it } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { Told } from '../../../shared/facts/watcher-facts.ts';
import { Heard } from '../controllers/heard.ts';

function telling() {
  const facts = new Facts();
  const heard = new Heard(facts);
  return { facts, heard, rules: () => heard.of('rules').map(({ rules }) => rules) };
}

describe('a state', () => {
  it('that is told twice is no news', () => {
    const { facts, rules } = telling();
    facts.tell('rules', { rules: { scope: 'region', kinds: ['a'] } });
    facts.tell('rules', { rules: { scope: 'region', kinds: ['a'] } });
    expect(rules()).toEqual([{ scope: 'region', kinds: ['a'] }]);
  });

  it('that is another is news, and so is the old one again', () => {
    const { facts, rules } = telling();
    for (const scope of ['region', 'cluster', 'cluster', 'region']) facts.tell('rules', { rules: scope });
    expect(rules()).toEqual(['region', 'cluster', 'region']);
  });

  it('of one thing is none of another', () => {
    const { facts, heard } = telling();
    const answers = { trouble: undefined, error: undefined };
    facts.tell('arc', { operation: 'ListAutoshifts', ...answers });
    facts.tell('arc', { operation: 'ListZonalShifts', ...answers });
    facts.tell('arc', { operation: 'ListAutoshifts', ...answers });
    expect(heard.of('arc').map(({ operation }) => operation)).toEqual(['ListAutoshifts', 'ListZonalShifts']);
  });

  it('is what its row says, and not what else is told with it', () => {
    const { facts, heard } = telling();
    facts.tell('policy-scan', { nodePools: 4, findings: [], durationMs: 10 });
    facts.tell('policy-scan', { nodePools: 4, findings: [], durationMs: 99 });
    facts.tell('policy-scan', { nodePools: 5, findings: [], durationMs: 99 });
    expect(heard.of('policy-scan').map(({ durationMs }) => durationMs)).toEqual([10, 99]);
  });

  it('of a catalogue is when it was made, to the second: its metric shows that', () => {
    const { facts, heard } = telling();
    const made = (madeAt: string) => ({ catalog: 'of 2026-11-21', source: 'ec2', types: 900, madeAt });
    for (const madeAt of ['2026-11-21T06:00:00Z', '2026-11-21T06:00:00Z', '2026-11-21T18:30:00Z'])
      facts.tell('catalog', made(madeAt));
    expect(heard.of('catalog')).toHaveLength(2);
  });

  it('may be one of several that a name has, each of its own', () => {
    const { facts, heard } = telling();
    const present = { presence: 'present', generation: 7 } as const;
    for (const fact of [present, { leftOut: 3 }, present, { leftOut: 3 }, { leftOut: 0 }])
      facts.tell('policy-fallback', fact);
    expect(heard.of('policy-fallback')).toEqual([present, { leftOut: 3 }, { leftOut: 0 }]);
  });
});

describe('a happening', () => {
  it('is news each time', () => {
    const { facts, heard } = telling();
    for (let time = 1; time <= 3; time += 1) facts.tell('nudge', { nodePool: 'web', result: 'unsettled' });
    expect(heard.of('nudge')).toHaveLength(3);
  });

  it('is news each time also where its name has states', () => {
    const { facts, heard } = telling();
    for (let time = 1; time <= 3; time += 1)
      facts.tell('policy-fallback', { result: 'written', generation: 7 });
    expect(heard.of('policy-fallback')).toHaveLength(3);
  });
});

describe('a trouble', () => {
  const coded = (code: string, message = code) => Object.assign(new Error(message), { code });

  it('is told once while it lasts, whatever its words, and again with another code', () => {
    const { facts, heard } = telling();
    for (const error of [coded('kube.timeout', 'after 5 s'), coded('kube.timeout', 'after 6 s')])
      facts.tell('trouble', { part: 'reports-write', error });
    facts.tell('trouble', { part: 'reports-write', error: coded('kube.forbidden') });
    expect(heard.of('trouble').map(({ error }) => String(error))).toEqual([
      'Error: after 5 s',
      'Error: kube.forbidden',
    ]);
  });

  it('is told again when it was over, and by what it says where it has no code', () => {
    const { facts, heard } = telling();
    const odd = { part: 'reports-write', error: 'odd' };
    for (const fact of [odd, odd, { part: 'reports-write', error: undefined }, odd])
      facts.tell('trouble', fact);
    expect(heard.of('trouble').map(({ error }) => error)).toEqual(['odd', undefined, 'odd']);
  });

  it('of one part is none of another', () => {
    const { facts, heard } = telling();
    for (const part of ['policy-list', 'policy-watch', 'policy-list'])
      facts.tell('trouble', { part, error: 'odd' });
    expect(heard.of('trouble')).toHaveLength(2);
  });
});

describe('all states of a name', () => {
  const at = '2026-11-21T06:00:00Z';
  const claim = (nodeClaim: string, zoneId = 'use1-az1') => ({ nodeClaim, zoneId, at });

  it('are told where they are news, and the others are over', () => {
    const { facts, heard } = telling();
    const names = () => heard.of('expiring').map(({ nodeClaim, zoneId }) => `${zoneId} ${nodeClaim}`);
    facts.tellAll('expiring', [claim('a'), claim('b')]);
    facts.tellAll('expiring', [claim('b'), claim('b', 'use1-az2')]);
    expect(names()).toEqual(['use1-az1 a', 'use1-az1 b', 'use1-az2 b']);
    facts.tellAll('expiring', [claim('a')]);
    expect(names()).toHaveLength(4);
    facts.tellAll('expiring', []);
    expect(facts.wasTold('expiring', 'use1-az1 a')).toBe(false);
  });

  it('that are not over are no news, and the rest is', () => {
    const { facts, heard } = telling();
    const tell = () => facts.tell('expiring', claim('a'));
    tell();
    facts.retain('expiring', ['use1-az1 a', 'use1-az9 z']);
    tell();
    expect(heard.of('expiring')).toHaveLength(1);
    facts.retain('expiring', ['use1-az9 z']);
    tell();
    expect(heard.of('expiring')).toHaveLength(2);
  });

  it('are those of that name alone', () => {
    const { facts, rules } = telling();
    facts.tell('rules', { rules: 'a' });
    facts.retain('expiring', []);
    facts.tellAll('expiring', []);
    facts.tell('rules', { rules: 'a' });
    expect(rules()).toEqual(['a']);
  });

  it('can be asked for: told, not told, over', () => {
    const { facts } = telling();
    expect(facts.wasTold('expiring', 'use1-az1 a')).toBe(false);
    facts.tell('expiring', claim('a'));
    expect(facts.wasTold('expiring', 'use1-az1 a')).toBe(true);
    expect(facts.wasTold('expiring', 'use1-az1 b')).toBe(false);
    expect(facts.wasTold('shadow', 'use1-az1 a')).toBe(false);
    facts.retain('expiring', []);
    expect(facts.wasTold('expiring', 'use1-az1 a')).toBe(false);
  });
});

describe('those who listen', () => {
  it('all hear of everything from then on, in order', () => {
    const { facts, heard } = telling();
    facts.tell('record-deleted', {});
    const late: Told[] = [];
    facts.listen({ hear: (told) => void late.push(told) });
    facts.tell('record-rebuilt', {});
    facts.tell('record-conflict', {});
    const names = (all: readonly Told[]) => all.map(({ name }) => name);
    expect(names(heard.all)).toEqual(['record-deleted', 'record-rebuilt', 'record-conflict']);
    expect(names(late)).toEqual(['record-rebuilt', 'record-conflict']);
  });

  it('are told of the end of a term, after which every state is news', () => {
    const { facts, rules } = telling();
    const ends: string[] = [];
    facts.listen({ hear() {}, leftTerm: () => void ends.push('left') });
    facts.tell('rules', { rules: 'a' });
    facts.leftTerm();
    expect(ends).toEqual(['left']);
    expect(facts.wasTold('rules', 'rules')).toBe(false);
    facts.tell('rules', { rules: 'a' });
    expect(rules()).toEqual(['a', 'a']);
  });

  it('are told the same by what is passed on to whoever only tells', () => {
    const { facts, rules } = telling();
    const { tell } = facts;
    tell('rules', { rules: 'a' });
    facts.tell('rules', { rules: 'a' });
    expect(rules()).toEqual(['a']);
  });
});
