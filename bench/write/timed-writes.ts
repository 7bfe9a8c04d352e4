import type { KubeClient } from '../../shared/kube/client.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import { declaredNodePool } from '../admission/review-body.ts';
import { cpuMicroseconds } from '../process-cost.ts';
import { percentile } from '../statistics.ts';

/** Writes of one kind through the API server, one after the other. */
export interface TimedWrites {
  /** What a write takes that nothing else on the machine gets in the way of. */
  readonly p10Ms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the webhook's process, with what follows a write in it; 0 where there is none. */
  readonly cpuUsPerWrite: number;
}

export type WriteKind = 'dryRun' | 'create';

/** What follows a stored write in a webhook, its watch of NodePools for example, comes within so long. */
const AFTERWARDS_MS = 500;

let made = 0;

/** Another NodePool of the same content; each write has its own. */
export function nextNodePool(): KubeObject {
  made += 1;
  const declared = declaredNodePool();
  return { ...declared, metadata: { ...declared.metadata, name: `bench-${made}` } };
}

/**
 * @param isRight throws nothing; whether what is stored is what this webhook makes of it
 * @throws when an answer is another one: then somebody else, or nobody, was asked
 */
export async function timedWrites(
  client: KubeClient,
  kind: WriteKind,
  count: number,
  webhook: { readonly pid?: number; isRight(stored: KubeObject): boolean },
): Promise<TimedWrites> {
  const cpu = () => (webhook.pid === undefined ? 0 : cpuMicroseconds(webhook.pid));
  const latencies: number[] = [];
  const names: string[] = [];
  const before = cpu();
  for (let write = 0; write < count; write += 1) {
    const pool = nextNodePool();
    const from = performance.now();
    const stored = await client.create(resources.nodePools, pool, { dryRun: kind === 'dryRun' });
    latencies.push(performance.now() - from);
    names.push(pool.metadata.name ?? '');
    if (!webhook.isRight(stored)) throw new Error(`a wrong answer: ${JSON.stringify(stored)}`);
  }
  await new Promise((resolve) => setTimeout(resolve, AFTERWARDS_MS));
  const used = cpu() - before;
  if (kind === 'create') for (const name of names) await client.delete(resources.nodePools, { name });
  const sorted = latencies.sort((left, right) => left - right);
  return {
    p10Ms: percentile(sorted, 0.1),
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    cpuUsPerWrite: used / count,
  };
}
