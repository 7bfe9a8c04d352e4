import type { KubeClient } from '../../shared/kube/client.ts';
import { LeaseElection } from '../../shared/kube/lease.ts';
import { until } from '../../test/installation/until.ts';

/**
 * Takes the watchers' Lease, so that a watcher that is started waits for it. What is returned frees it, and resolves when
 * that is done.
 */
export async function holdLease(client: KubeClient): Promise<() => Promise<void>> {
  const election = new LeaseElection({
    client,
    namespace: 'zonewarden',
    name: 'zonewarden-watcher',
    identity: 'benchmark',
    onStartedLeading: () => {},
  });
  election.start();
  await until('the benchmark holds the Lease', () => election.isLeader, 60_000);
  return () => election.stop();
}
