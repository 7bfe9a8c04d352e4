import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { LeaseElection } from '../../../shared/kube/lease.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { clientFor, until } from './fixture.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
});
afterAll(() => controlPlane?.stop());

const tuning = { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 100 };

/** A candidate that writes into `leading` who leads, and for how long. */
function candidate(name: string, identity: string, leading: Set<string>): LeaseElection {
  const election = new LeaseElection({
    client: clientFor(controlPlane.kubeconfigPath),
    namespace: 'default',
    name,
    identity,
    async onStartedLeading(signal) {
      leading.add(identity);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      leading.delete(identity);
    },
    tuning,
  });
  onTestFinished(() => election.stop());
  election.start();
  return election;
}

test('one of two leads; when it stops, the other one does', async () => {
  const leading = new Set<string>();
  const all = [candidate('handover', 'a', leading), candidate('handover', 'b', leading)];
  await until(() => leading.size === 1 && all.every(({ holder }) => holder !== undefined));
  const [leader, other] = all[0]?.isLeader ? all : all.toReversed();
  expect(other?.isLeader).toBe(false);
  expect(other?.holder).toBe([...leading][0]);

  await leader?.stop();
  expect(leading.size).toBe(0);
  await until(() => other?.isLeader === true);
  const lease = await clientFor(controlPlane.kubeconfigPath).get(resources.leases, {
    namespace: 'default',
    name: 'handover',
  });
  expect(lease.spec).toMatchObject({
    holderIdentity: other?.holder,
    leaseDurationSeconds: 3,
    leaseTransitions: 1,
  });
});

test('a holder that died is followed when its lease has run out', async () => {
  const kube = clientFor(controlPlane.kubeconfigPath);
  await kube.create(resources.leases, {
    metadata: { namespace: 'default', name: 'orphan' },
    // Its clock was decades ahead of ours: that is no reason to wait any longer.
    spec: { holderIdentity: 'dead', leaseDurationSeconds: 2, renewTime: '2060-01-01T00:00:00.000000Z' },
  });
  const leading = new Set<string>();
  const election = candidate('orphan', 'heir', leading);
  await until(() => election.holder === 'dead');
  expect(election.isLeader).toBe(false);
  await until(() => leading.has('heir'));
  expect(election.holder).toBe('heir');
});
