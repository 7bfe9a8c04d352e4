import { onTestFinished } from 'vitest';
import type { KubeClient } from '../../../shared/kube/client.ts';
import { LeaseElection, type LeaseElectionOptions, type LeaseProblem } from '../../../shared/kube/lease.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf } from './fixture.ts';

export const leaseAt = { namespace: 'zonewarden', name: 'leader' };

/** A steady clock that only the test moves, so that no test waits for a lease to run out. */
export interface Clock {
  ms: number;
}

export interface Candidate {
  readonly election: LeaseElection;
  readonly client: KubeClient;
  /** `lead`, `told to stop`, `stopped`, in order. */
  readonly events: string[];
  readonly problems: LeaseProblem[];
}

/** Work that runs until it is told to stop, as a well-behaved worker does. */
export function obedientWork(events: string[]) {
  return async (signal: AbortSignal): Promise<void> => {
    events.push('lead');
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    events.push('told to stop');
  };
}

/** A candidate with client-go's times on the test's clock and quick attempts; not yet started; ends with the test. */
export function candidate(
  api: KubeApi,
  identity: string,
  clock: Clock,
  options: Partial<LeaseElectionOptions> = {},
): Candidate {
  const events: string[] = [];
  const problems: LeaseProblem[] = [];
  const client = clientOf(api);
  const election = new LeaseElection({
    client,
    ...leaseAt,
    identity,
    onStartedLeading: obedientWork(events),
    onStoppedLeading: () => void events.push('stopped'),
    onProblem: (problem) => problems.push(problem),
    ...options,
    tuning: {
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 3,
      now: () => clock.ms,
      ...options.tuning,
    },
  });
  onTestFinished(() => election.stop());
  return { election, client, events, problems };
}

/** The spec of the Lease as it is stored. */
export function storedSpec(api: KubeApi): Record<string, unknown> {
  return { ...Object(api.read(resources.leases, leaseAt)?.spec) };
}

/** Writes the Lease as another process would. */
export function writeLease(api: KubeApi, spec: Record<string, unknown>): void {
  const { namespace, name } = leaseAt;
  const times = { acquireTime: '2026-01-01T00:00:00.000000Z', renewTime: '2026-01-01T00:00:00.000000Z' };
  const metadata = { namespace, name, labels: { team: 'platform' } };
  api.put(resources.leases, {
    metadata,
    spec: { leaseDurationSeconds: 15, leaseTransitions: 4, ...times, ...spec },
  });
}
