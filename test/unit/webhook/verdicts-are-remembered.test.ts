import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import { DEFAULT_POLICY, type Policy } from '../../../shared/policy/core/policy.ts';
import { nodePoolFacts } from '../../../shared/policy/reading/read-facts.ts';
import type { AdmissionState, PolicyState } from '../../../webhook/admission/outcome.ts';
import { RememberedVerdicts } from '../../../webhook/policies/remembered-verdicts.ts';
import { nodePool } from '../../http/webhook/reviews.ts';
import { create, labelled, NOW, only, SPOT, stateOf, update } from './policy-scene.ts';

const DAY_MS = 86_400_000;
const SCENE = { alone: [], beside: [] };

/** Judges with a memory, and says how often rules were asked. */
function remembering(policy: Policy = SPOT) {
  const remembered = new RememberedVerdicts();
  const known = stateOf(policy).policies;
  if (known === undefined) throw new Error('the scene has no policy');
  const around = known.around;
  return {
    remembered,
    stateWith(over: Partial<PolicyState> = {}): AdmissionState {
      return { ...stateOf(policy), policies: { ...known, around, remembered, ...over } };
    },
  };
}

const web = labelled(nodePool(undefined), {});
const named = (name: string) => ({ ...web, metadata: { ...web.metadata, name } });

describe('a NodePool that is written again as it is', () => {
  it('is judged once, and answered each time as it was the first time', () => {
    const { remembered, stateWith } = remembering();
    const first = create(web, stateWith());
    for (let time = 0; time < 10; time += 1) expect(create(structuredClone(web), stateWith())).toEqual(first);
    expect(remembered.judged).toBe(1);
    expect(first.facts.findings).toEqual(create(web, stateOf(SPOT)).facts.findings);
  });

  it('is judged once, whoever owns its fields and whatever its conditions say', () => {
    const { remembered, stateWith } = remembering();
    const withStatus = (time: string) => ({
      ...web,
      metadata: { ...web.metadata, resourceVersion: time, managedFields: [{ manager: 'm', time }] },
      status: { conditions: [{ type: 'Ready', lastTransitionTime: time }], nodes: 3 },
    });
    update(withStatus('1'), withStatus('1'), stateWith());
    update(withStatus('2'), withStatus('2'), stateWith());
    expect(remembered.judged).toBe(1);
  });
});

describe('a verdict that depends on something else is given anew', () => {
  const otherUser = 'system:serviceaccount:karpenter:karpenter';
  const exempt = {
    ...web,
    metadata: { ...web.metadata, annotations: { 'exempt.zonewarden.io/spot-types-min': 'a test' } },
  };
  it.each<[string, (judge: typeof remembering) => number]>([
    [
      'on another spec',
      (judge) => {
        const { remembered, stateWith } = judge();
        create(web, stateWith());
        create(labelled(nodePool(['us-east-1b']), {}), stateWith());
        return remembered.judged;
      },
    ],
    [
      'on what is stored',
      (judge) => {
        const { remembered, stateWith } = judge();
        create(web, stateWith());
        update(web, web, stateWith());
        return remembered.judged;
      },
    ],
    [
      'on a writer who must not be blocked',
      (judge) => {
        const { remembered, stateWith } = judge();
        create(web, stateWith());
        create(web, stateWith(), otherUser);
        return remembered.judged;
      },
    ],
    [
      'on another policy',
      (judge) => {
        const { remembered, stateWith } = judge();
        create(web, stateWith());
        create(web, stateWith({ policy: DEFAULT_POLICY }));
        return remembered.judged;
      },
    ],
    [
      'on another catalogue',
      (judge) => {
        const { remembered, stateWith } = judge();
        const state = stateWith();
        create(web, state);
        const catalog = { ...state.policies?.around.catalog };
        const around = { ...state.policies?.around, catalog } as PolicyState['around'];
        create(web, stateWith({ around }));
        return remembered.judged;
      },
    ],
    [
      'on the name, where the policy asks for something else of some names',
      (judge) => {
        const override = { names: ['web-*'], labels: {}, rules: {} };
        const { remembered, stateWith } = judge({ ...SPOT, overrides: [override] });
        create(web, stateWith());
        create(named('web-2'), stateWith());
        return remembered.judged;
      },
    ],
    [
      'on the day, for an exemption may end',
      (judge) => {
        const { remembered, stateWith } = judge();
        create(exempt, stateWith({ nowMs: NOW }));
        create(exempt, stateWith({ nowMs: NOW + DAY_MS }));
        return remembered.judged;
      },
    ],
  ])('%s', (_, twice) => {
    expect(twice(remembering)).toBe(2);
  });

  it('and not remembered where rules were not asked in time', () => {
    const { remembered, stateWith } = remembering();
    const { unasked } = create(web, stateWith({ isOver: () => true }));
    expect(unasked).not.toEqual([]);
    expect(create(web, stateWith()).unasked).toBeUndefined();
    expect(remembered.judged).toBe(2);
  });
});

describe('rules that look at other NodePools', () => {
  const overlap = only({ 'weight-overlap': 'warn', 'limits-missing': 'deny' });
  const rulesFoundIn = ({ facts }: ReturnType<typeof create>) => facts.findings?.map(({ rule }) => rule);
  const beside = (state: AdmissionState, ...names: string[]): PolicyState['around'] => {
    const around = state.policies?.around;
    if (around === undefined) throw new Error('the scene has no policy');
    return { ...around, nodePools: names.map((name) => nodePoolFacts(named(name))) };
  };

  it('are asked again where those are others, and no other rule is', () => {
    const { remembered, stateWith } = remembering(overlap);
    const around = beside(stateWith(), 'web');
    expect(rulesFoundIn(create(web, stateWith({ around })))).toEqual(['limits-missing']);
    const more = { ...around, nodePools: beside(stateWith(), 'web', 'batch').nodePools };
    for (let time = 0; time < 3; time += 1)
      expect(rulesFoundIn(create(web, stateWith({ around: more })))).toEqual([
        'limits-missing',
        'weight-overlap',
      ]);
    expect(rulesFoundIn(create(web, stateWith({ around })))).toEqual(['limits-missing']);
    expect([remembered.judged, remembered.judgedBeside]).toEqual([1, 3]);
  });

  it('are asked of a NodePool of the same content and another name, and no other rule is', () => {
    const { remembered, stateWith } = remembering(overlap);
    const around = beside(stateWith(), 'web');
    for (let time = 0; time < 2; time += 1) {
      expect(rulesFoundIn(create(web, stateWith({ around })))).toEqual(['limits-missing']);
      expect(rulesFoundIn(create(named('batch'), stateWith({ around })))).toEqual([
        'limits-missing',
        'weight-overlap',
      ]);
    }
    expect([remembered.judged, remembered.judgedBeside]).toEqual([1, 4]);
  });
});

describe('what is remembered', () => {
  const NOWHERE = { alone: [], beside: [] };
  const question = (object: unknown) => ({
    ...{ object, old: undefined, isTrusted: false, isByName: false, impaired: [], nowMs: 0 },
  });
  const partsOf = (findings: readonly Finding[]) => ({
    alone: () => ({ findings, isWhole: true }),
    beside: () => ({ findings: [], isWhole: true }),
  });

  it('is bounded: the oldest goes first, and the longest is not taken', () => {
    const remembered = new RememberedVerdicts();
    const ask = (text: string) => remembered.of(NOWHERE, question({ spec: text }), partsOf([]));
    const long = (letter: string) => letter.repeat(90_000);
    const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    for (const letter of letters) ask(long(letter));
    expect(remembered.judged).toBe(letters.length);
    ask(long('Z'));
    expect(remembered.judged).toBe(letters.length);
    ask(long('a'));
    expect(remembered.judged).toBe(letters.length + 1);
    ask('x'.repeat(200_000));
    ask('x'.repeat(200_000));
    expect(remembered.judged).toBe(letters.length + 3);
  });

  it('is looked for where an object is short: no text is made of one that is too long to be remembered', () => {
    const remembered = new RememberedVerdicts();
    let texts = 0;
    const toJSON = () => {
      texts += 1;
      return {};
    };
    const ask = (note: string, old: unknown) => {
      const question = {
        object: { spec: { note, toJSON } },
        old,
        isTrusted: false,
        isByName: false,
        impaired: [],
        nowMs: NOW,
      };
      const nothing = () => ({ findings: [], isWhole: true });
      return remembered.of(SCENE, question, { alone: nothing, beside: nothing });
    };
    const long = 'x'.repeat(100_001);
    expect(ask(long, undefined)).toEqual([]);
    ask('', { spec: { budgets: [{ schedule: long }] } });
    ask('', { metadata: { annotations: { [long]: '' } } });
    expect({ texts, judged: remembered.judged }).toEqual({ texts: 0, judged: 3 });
    ask('', undefined);
    ask('', undefined);
    expect(texts).toBeGreaterThan(0);
    expect(remembered.judged).toBe(4);
  });

  it('is bounded by what was found as well, and by the number of small ones', () => {
    const message = 'x'.repeat(10_000);
    for (const [findings, most] of [
      [[{ rule: 'spot-types-min', severity: 'warn' as const, message }], 400],
      [[], 4000],
    ] as const) {
      const remembered = new RememberedVerdicts();
      const ask = (spec: number) => remembered.of(NOWHERE, question({ spec }), partsOf(findings));
      for (let at = 0; at <= most; at += 1) ask(at);
      ask(most);
      expect(remembered.judged).toBe(most + 1);
      ask(0);
      expect(remembered.judged).toBe(most + 2);
    }
  });
});
