import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type LeafPlan,
  type LeafView,
  planLeaf,
  type Signer,
} from '../../../webhook/certificates/leaf-plan.ts';

const DAY = 86_400_000;
const ca = (id: string, madeMs: number): Signer => ({ id, madeMs, expiresMs: madeMs + 365 * DAY });
const servedBy = (signer: Signer, madeMs: number) => ({
  signer,
  renewMs: madeMs + (7 * DAY * 2) / 3,
  expiresMs: madeMs + 7 * DAY,
});
const OLD = ca('old', 0);
const NEW = ca('new', 100 * DAY);
const view = (changes: Partial<LeafView>): LeafView => ({
  nowMs: 100 * DAY,
  ca: OLD,
  served: servedBy(OLD, 98 * DAY),
  caTrustedSinceMs: 0,
  settleMs: 10_000,
  overlapMs: 7 * DAY,
  leafMs: 7 * DAY,
  ...changes,
});
const sign = (signer: 'ca' | 'served', reason: string) => ({ act: 'sign', signer, reason });
const wait = (untilMs: number) => ({ act: 'wait', untilMs });
const NEVER = Number.POSITIVE_INFINITY;

describe('with one CA', () => {
  test.each<[string, Partial<LeafView>, object]>([
    ['nothing is signed before there is a CA', { ca: undefined, served: undefined }, wait(NEVER)],
    [
      'the first leaf is signed at once, trusted or not',
      { served: undefined, caTrustedSinceMs: undefined },
      sign('ca', 'start'),
    ],
    ['a leaf is left alone for two thirds of its life', {}, wait(98 * DAY + (7 * DAY * 2) / 3)],
    ['then it is renewed', { nowMs: 103 * DAY }, sign('ca', 'renewal')],
    ['also when the machine slept past its end', { nowMs: 150 * DAY }, sign('ca', 'renewal')],
    [
      'also while nothing trusts the CA',
      { nowMs: 103 * DAY, caTrustedSinceMs: undefined },
      sign('ca', 'renewal'),
    ],
    ['a CA that has expired signs nothing', { nowMs: 366 * DAY }, wait(NEVER)],
    [
      'a leaf that ends with its CA is not signed again',
      { nowMs: 364 * DAY, served: { ...servedBy(OLD, 361 * DAY), renewMs: 363 * DAY, expiresMs: 365 * DAY } },
      wait(NEVER),
    ],
  ])('%s', (_, changes, plan) => {
    expect(planLeaf(view(changes))).toEqual(plan);
  });
});

describe('with a new CA', () => {
  const at = 100 * DAY + 60_000;
  test.each<[string, Partial<LeafView>, object]>([
    [
      'its leaf waits until it is trusted',
      { caTrustedSinceMs: undefined },
      wait(98 * DAY + (7 * DAY * 2) / 3),
    ],
    ['and until the API servers must have loaded that', { caTrustedSinceMs: at - 1 }, wait(at + 9_999)],
    ['and is served then', { caTrustedSinceMs: at - 10_000 }, sign('ca', 'new-ca')],
    ['at once where there is no configuration', { caTrustedSinceMs: 0 }, sign('ca', 'new-ca')],
    [
      'the CA before renews its leaf meanwhile',
      { caTrustedSinceMs: undefined, nowMs: 103 * DAY },
      sign('served', 'renewal'),
    ],
    [
      'and once more when that leaf has expired',
      { caTrustedSinceMs: undefined, nowMs: 106 * DAY },
      sign('served', 'renewal'),
    ],
    [
      'but not longer than it is surely trusted: then what is served stays to its end',
      { caTrustedSinceMs: undefined, nowMs: 108 * DAY, served: servedBy(OLD, 102 * DAY) },
      wait(109 * DAY),
    ],
    [
      'and after its end nothing is waited for',
      { caTrustedSinceMs: undefined, nowMs: 110 * DAY },
      sign('ca', 'expired'),
    ],
    [
      'nor when the CA before has expired as well',
      { caTrustedSinceMs: undefined, nowMs: 366 * DAY, ca: ca('new', 365.5 * DAY) },
      sign('ca', 'expired'),
    ],
  ])('%s', (_, changes, plan) => {
    expect(planLeaf(view({ ca: NEW, nowMs: at, ...changes }))).toEqual(plan);
  });
});

describe('in any state', () => {
  const time = fc.integer({ min: 0, max: 400 }).map((days) => days * DAY);
  const signer = fc.record({
    id: fc.constantFrom('a', 'b'),
    madeMs: time,
    life: fc.integer({ min: 1, max: 365 }),
  });
  const signerOf = ({ id, madeMs, life }: { id: string; madeMs: number; life: number }): Signer => ({
    id,
    madeMs,
    expiresMs: madeMs + life * DAY,
  });
  const states = fc
    .record({
      nowMs: time,
      ca: signer,
      by: signer,
      made: time,
      trusted: fc.option(time, { nil: undefined }),
      none: fc.boolean(),
    })
    .map(({ nowMs, ca, by, made, trusted, none }) =>
      view({
        nowMs,
        ca: signerOf(ca),
        served: none ? undefined : servedBy(ca.id === by.id ? signerOf(ca) : signerOf(by), made),
        caTrustedSinceMs: trusted,
      }),
    );
  const isSigning = (plan: LeafPlan) => plan.act === 'sign';

  test('no wait ends in the past, and nothing is signed by a CA that has expired', () => {
    fc.assert(
      fc.property(states, (state) => {
        const plan = planLeaf(state);
        if (plan.act === 'wait') return plan.untilMs > state.nowMs;
        const by = plan.signer === 'ca' ? state.ca : state.served?.signer;
        return by !== undefined && by.expiresMs > state.nowMs;
      }),
    );
  });

  test('a valid leaf is never exchanged for one of a CA that is not trusted', () => {
    fc.assert(
      fc.property(states, (state) => {
        const { served, nowMs } = state;
        fc.pre(served !== undefined && served.expiresMs > nowMs && served.signer.id !== state.ca?.id);
        const plan = planLeaf({ ...state, caTrustedSinceMs: undefined });
        return plan.act === 'wait' || plan.signer === 'served';
      }),
    );
  });

  test('after a signature nothing is signed at the same moment', () => {
    fc.assert(
      fc.property(states, (state) => {
        const plan = planLeaf(state);
        fc.pre(isSigning(plan));
        const by = plan.act === 'sign' && plan.signer === 'served' ? state.served?.signer : state.ca;
        if (by === undefined) return false;
        const expiresMs = Math.min(state.nowMs + state.leafMs, by.expiresMs);
        const renewMs = state.nowMs + ((expiresMs - state.nowMs) * 2) / 3;
        return !isSigning(planLeaf({ ...state, served: { signer: by, renewMs, expiresMs } }));
      }),
    );
  });
});
