import { load, UID_TEMPLATE } from '../admission/load.ts';
import { declaredNodePool, reviewBody } from '../admission/review-body.ts';
import { cpuMicroseconds, residentMib } from '../process-cost.ts';
import { percentile } from '../statistics.ts';
import type { RunningWebhook } from './peers.ts';

/** A step of admission that is asked without an API server in between. */
export interface DirectLoad {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerRequest: number;
  readonly rssMib: number;
}

/** `validateNew`: each NodePool is another one, so that no verdict can be remembered. */
export const DIRECT_KINDS = ['mutate', 'validate', 'validateNew'] as const;
export type DirectKind = (typeof DIRECT_KINDS)[number];

const CONNECTIONS = 10;
const WARM_UP_SECONDS = 3;

/** The largest share of a run that is given to warming up: a short run is to see that it works. */
const warmUpFor = (seconds: number) => Math.min(WARM_UP_SECONDS, seconds);

/** `undefined` where the webhook is not asked in that step. */
export async function directLoad(
  webhook: RunningWebhook,
  kind: DirectKind,
  seconds: number,
): Promise<DirectLoad | undefined> {
  const path = kind === 'mutate' ? webhook.paths.mutate : webhook.paths.validate;
  if (path === undefined) return undefined;
  const run = (duration: number) =>
    load({
      port: webhook.port,
      caPem: webhook.caPem,
      path,
      body: bodyFor(kind),
      connections: CONNECTIONS,
      seconds: duration,
      isRight: (answer) => answer.includes('"allowed":true'),
    });
  await run(warmUpFor(seconds));
  const before = cpuMicroseconds(webhook.pid);
  const { latenciesMs, seconds: took } = await run(seconds);
  const cpu = cpuMicroseconds(webhook.pid) - before;
  const sorted = [...latenciesMs].sort((left, right) => left - right);
  return {
    requestsPerSecond: sorted.length / took,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    cpuUsPerRequest: cpu / sorted.length,
    rssMib: residentMib(webhook.pid),
  };
}

/** Mutate sees the list as it is in Git; validate sees it pruned. */
function bodyFor(kind: DirectKind): string {
  const declared = declaredNodePool();
  if (kind === 'mutate') return reviewBody(declared, declared);
  const pruned = JSON.parse(JSON.stringify(declared).replace('"us-east-1a",', ''));
  if (kind === 'validateNew') pruned.spec.template.metadata = { labels: { bench: UID_TEMPLATE } };
  return reviewBody(pruned, declared);
}
