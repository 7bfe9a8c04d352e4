import { describe, expect, it } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { RecordedZone, Transition } from '../../../shared/record/zone-record.ts';
import { isClaimIn, readClaim } from '../../../shared/views/node-claim.ts';
import { RECOVERY_LIMIT_MS } from '../../../watcher/controllers/recover.ts';
import { BACK, claim, drifted, IN_ZONE, NOON, recordOf, recovering, source } from './recovering.ts';

describe('the claims of a zone that are drifted because of us', () => {
  it('are found by the zone name, and by the zone ID where the name is not known', () => {
    const named = { id: 'use1-az1', name: 'us-east-1a' };
    const nameless = { id: 'use1-az1' };
    const at = (zoneId?: string, zoneName?: string) => ({ zoneId, zoneName });
    expect(isClaimIn(at('use1-az1', 'us-east-1a'), named)).toBe(true);
    expect(isClaimIn(at(undefined, 'us-east-1a'), named)).toBe(true);
    expect(isClaimIn(at('use1-az1', undefined), named)).toBe(false);
    expect(isClaimIn(at('use1-az1', 'us-east-1b'), named)).toBe(false);
    expect(isClaimIn(at('use1-az1', 'us-east-1b'), nameless)).toBe(true);
    expect(isClaimIn(at('use1-az2', undefined), nameless)).toBe(false);
    expect(isClaimIn(at(undefined, undefined), nameless)).toBe(false);
    const { zoneId, zoneName } = claim('a');
    expect(at(zoneId, zoneName)).toEqual(at('use1-az1', 'us-east-1a'));
  });

  it('are those whose NodePool excludes them by its requirements', () => {
    const claims = [
      claim('ours', { type: 'Ready', status: 'True' }, drifted('RequirementsDrifted')),
      claim('owner', drifted('NodePoolDrifted')),
      claim('image', drifted('AMIDrift')),
      claim('cleared', drifted('RequirementsDrifted', 'False')),
      claim('unknown', drifted('RequirementsDrifted', 'Unknown')),
      claim('other', { type: 'Consolidatable', status: 'True', reason: 'RequirementsDrifted' }),
      claim('no-reason', { type: 'Drifted', status: 'True' }),
      claim('healthy'),
      readClaim({ metadata: { name: 'new' } }),
      readClaim({ metadata: { name: 'empty' }, status: {} }),
    ];
    expect(claims.filter(({ isDrifted }) => isDrifted).map(({ name }) => name)).toEqual(['ours']);
  });

  it.each([{ conditions: 'none' }, { conditions: [{ type: 'Drifted', status: true }] }, 7])(
    'may be those whose status cannot be read: %j',
    (status) => {
      expect(readClaim({ metadata: { name: 'odd' }, status }).isDrifted).toBe(true);
    },
  );
});

describe('a zone is back for good', () => {
  it('when every NodePool has heard of its return and no claim is drifted because of us', async () => {
    const { scene, settle, lookAt, told, left } = recovering(BACK);
    scene.claims.show(claim('a'), claim('b', drifted('RequirementsDrifted')));
    await lookAt(0);
    settle(1);
    await lookAt(1000);
    expect([told(), left()]).toEqual([[], ['use1-az1']]);
    scene.claims.show(claim('a'), claim('b', drifted('AMIDrift')));
    await lookAt(2000);
    expect([told(), left()]).toEqual([['use1-az1 nothing-drifted'], []]);
    expect(scene.records.stored.generation).toBe(2);
  });

  it('not while the API server knows better than a watch that has died', async () => {
    const { scene, settle, lookAt, told, left, asked, listed } = recovering(BACK);
    scene.claims.show(claim('a'));
    listed.answer = async () => [
      { metadata: { name: 'a', labels: IN_ZONE }, status: { conditions: [drifted('RequirementsDrifted')] } },
    ];
    settle(1);
    await lookAt(0);
    expect([told(), left(), asked]).toEqual([[], ['use1-az1'], ['topology.kubernetes.io/zone=us-east-1a']]);
    listed.answer = async () => [];
    await lookAt(1000);
    expect([told(), left()]).toEqual([['use1-az1 nothing-drifted'], []]);
    expect(scene.records.stored.history?.at(-1)?.because).toBe('none of its nodes is drifted any more');
  });

  it('it asks by ID where the name is not known, and only when the store has nothing against it', async () => {
    const { scene, settle, lookAt, asked } = recovering(recordOf(1, ['use1-az2', 'recovering']));
    const away = { metadata: { name: 'a', labels: { 'topology.k8s.aws/zone-id': 'use1-az2' } } };
    const stillDrifted = readClaim({ ...away, status: { conditions: [drifted('RequirementsDrifted')] } });
    scene.claims.show(stillDrifted);
    settle(1);
    await lookAt(0);
    expect(asked).toEqual([]);
    scene.claims.show(readClaim(away));
    await lookAt(1000);
    expect(asked).toEqual(['topology.k8s.aws/zone-id=use1-az2']);
  });

  it.each(['kube.unreachable', 'kube.forbidden', 'kube.timeout'] as const)(
    'not where the API server cannot be asked (%s): that is not none',
    async (code) => {
      const { settle, lookAt, told, listed } = recovering(BACK);
      listed.answer = () => Promise.reject(new KubeError(code, 'list'));
      settle(1);
      await expect(lookAt(0)).rejects.toMatchObject({ code });
      expect(told()).toEqual([]);
    },
  );

  it('not before NodePools have heard of it', async () => {
    const { settle, lookAt, told } = recovering(BACK);
    settle(0);
    await lookAt(0);
    expect(told()).toEqual([]);
  });

  it('whatever is drifted in other zones', async () => {
    const { scene, settle, lookAt, told } = recovering(recordOf(1, ['use1-az2', 'recovering']));
    scene.claims.show(claim('elsewhere', drifted('RequirementsDrifted')));
    settle(1);
    await lookAt(0);
    expect(told()).toEqual(['use1-az2 nothing-drifted']);
  });

  it('where there are no NodeClaims at all', async () => {
    const { scene, settle, lookAt, told, listed } = recovering(BACK);
    Object.assign(scene.claims, { known: false, presence: 'absent' });
    listed.answer = () => Promise.reject(new KubeError('kube.not-found', 'list'));
    settle(1);
    await lookAt(0);
    expect(told()).toEqual(['use1-az1 nothing-drifted']);
  });

  it.each(['unknown', 'refused', 'present'] as const)(
    'not while NodeClaims are not known (%s): that is not none',
    async (presence) => {
      const { scene, settle, lookAt, told } = recovering(BACK);
      Object.assign(scene.claims, { known: false, presence });
      settle(1);
      await lookAt(0);
      expect(told()).toEqual([]);
    },
  );

  it('only when its first step is written, which one has not had that has merely expired', async () => {
    const until = '2026-11-21T11:00:00Z';
    const expired: RecordedZone = { id: 'use1-az1', state: 'impaired', sources: [{ ...source, until }] };
    const { settle, lookAt, told } = recovering({ ...BACK, zones: [expired] });
    settle(1);
    await lookAt(0);
    await lookAt(RECOVERY_LIMIT_MS);
    expect(told()).toEqual([]);
  });

  it('not by what was seen before somebody wrote: that is looked at again', async () => {
    const { scene, settle, lookAt, told, left } = recovering(BACK);
    settle(1);
    scene.records.stored = recordOf(2, ['use1-az1', 'impaired']);
    await lookAt(0);
    expect([told(), left()]).toEqual([[], ['use1-az1']]);
  });

  it('and is told once, also where what was written is seen later', async () => {
    const { scene, settle, lookAt, told } = recovering(BACK);
    scene.records.lags = true;
    settle(1);
    await lookAt(0);
    await lookAt(10);
    expect(told()).toEqual(['use1-az1 nothing-drifted']);
    expect(scene.records.writes).toHaveLength(1);
  });
});

describe('zones on their way back', () => {
  it('are overdue at the time limit, counted from when each was first seen so', async () => {
    const { lookAt, told } = recovering(recordOf(1, ['use1-az1', 'recovering'], ['use1-az2', 'impaired']));
    await lookAt(1000);
    await lookAt(5000, recordOf(2, ['use1-az1', 'recovering'], ['use1-az2', 'recovering']));
    await lookAt(1000 + RECOVERY_LIMIT_MS - 1);
    expect(told()).toEqual([]);
    await lookAt(1000 + RECOVERY_LIMIT_MS);
    expect(told()).toEqual(['use1-az1 time-limit']);
    await lookAt(5000 + RECOVERY_LIMIT_MS - 1);
    expect(told()).toHaveLength(1);
    await lookAt(5000 + RECOVERY_LIMIT_MS);
    expect(told()).toEqual(['use1-az1 time-limit', 'use1-az2 time-limit']);
  });

  it('begin anew when they were impaired again in between', async () => {
    const { lookAt, told } = recovering(BACK);
    await lookAt(0);
    await lookAt(1000, recordOf(2, ['use1-az1', 'impaired']));
    await lookAt(2000, recordOf(3, ['use1-az1', 'recovering']));
    await lookAt(RECOVERY_LIMIT_MS);
    expect(told()).toEqual([]);
    await lookAt(RECOVERY_LIMIT_MS + 2000);
    expect(told()).toEqual(['use1-az1 time-limit']);
  });

  it('are forgotten when they are back', async () => {
    const { lookAt, told } = recovering(BACK);
    await lookAt(0);
    await lookAt(1000, recordOf(2));
    await lookAt(RECOVERY_LIMIT_MS, recordOf(3, ['use1-az1', 'recovering']));
    expect(told()).toEqual([]);
  });

  it('are never overdue where they were never seen', async () => {
    const { lookAt, told } = recovering(recordOf(1));
    await lookAt(Number.MAX_SAFE_INTEGER - NOON);
    expect(told()).toEqual([]);
  });

  const transition = (at: string, members: Partial<Transition> = {}): Transition => ({
    ...{ n: 1, at, zoneId: 'use1-az1', from: 'impaired', to: 'recovering', because: '', generation: 1 },
    ...members,
  });

  it.each<[string, Transition, number]>([
    ['from when the record says that it began', transition('2026-11-21T11:55:00Z'), RECOVERY_LIMIT_MS / 2],
    [
      'from the first sight where that is later by our clock',
      transition('2026-11-21T12:30:00Z'),
      RECOVERY_LIMIT_MS,
    ],
    [
      'from the first sight where the record is of somebody who keeps no history',
      transition('2026-11-21T11:55:00Z', { stale: true }),
      RECOVERY_LIMIT_MS,
    ],
    [
      'from the first sight where the history is of another zone',
      transition('2026-11-21T11:55:00Z', { zoneId: 'use1-az2' }),
      RECOVERY_LIMIT_MS,
    ],
  ])('are counted, also by the next leader, %s', async (_name, noted, limitMs) => {
    const { lookAt, told } = recovering({ ...BACK, history: [noted] });
    await lookAt(0);
    await lookAt(limitMs - 1);
    expect(told()).toEqual([]);
    await lookAt(limitMs);
    expect(told()).toEqual(['use1-az1 time-limit']);
  });
});

it('the record, claims and NodePools that have heard of it are looked at at once, and the clock once a second', async () => {
  const { scene, controller } = recovering(BACK);
  expect(controller.wokenBy).toEqual([scene.record, scene.claims, scene.progress.pools]);
  expect(await controller.reconcile(new AbortController().signal)).toEqual({ againInMs: 1000 });
});
