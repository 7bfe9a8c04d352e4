import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { resources } from '../../shared/kube/resource.ts';
import { type LimitedWebhook, startLimitedWebhook } from '../../test/installation/limited-webhook.ts';
import { makeMemoryCgroup } from '../../test/installation/memory-cgroup.ts';
import { containerInBase } from '../../test/installation/product-container.ts';
import { scrape } from '../../test/installation/scrape.ts';
import { type KubeApi, startKubeApi } from '../../test/standins/kube-api.ts';
import { load } from '../admission/load.ts';
import { declaredNodePool, reviewBody } from '../admission/review-body.ts';
import { COLLECT_ON_SIGNAL } from '../leader-memory/collect-on-signal.ts';
import { peakMib } from '../leader-memory/resident-memory.ts';
import { cpuMicroseconds, pin, residentMib } from '../process-cost.ts';

const CONNECTIONS = 10;
const SERVER_CORE = 0;
const CLIENT_CORE = 1;
/** A collection of some ten MiB takes a fraction of that. */
const COLLECTED_MS = 1000;
const MIB = 2 ** 20;

/** One webhook, from its start to its end. */
export interface WebhookRun {
  readonly idleMib: number;
  readonly mutate: Loaded;
  readonly validate: Loaded;
  /** The most that was resident at any time. */
  readonly peakMib: number;
  /** Objects that are alive at the end, after a full collection. */
  readonly liveMib: number;
}

/** What ten connections that ask one path have made of it. */
export interface Loaded {
  readonly rssMib: number;
  readonly cpuUsPerRequest: number;
}

export interface WebhookMemoryResult {
  readonly machine: string;
  readonly limitMib: number;
  /** Why the processes were not in a memory cgroup of that limit; `undefined` where they were. */
  readonly withoutCgroup: string | undefined;
  readonly variants: readonly { readonly flags: readonly string[]; readonly runs: readonly WebhookRun[] }[];
}

/**
 * Loads webhooks with sets of flags, in turn, each time a fresh one in a memory cgroup of the container's limit: how much
 * memory it takes, and what that costs.
 *
 * @param others sets of flags to be measured beside those of the Deployment
 */
export async function benchWebhookMemory(options: {
  readonly runs: number;
  readonly seconds: number;
  readonly others: readonly (readonly string[])[];
  onRun(run: number, flags: readonly string[], measured: WebhookRun): void;
}): Promise<WebhookMemoryResult> {
  const { limitBytes, flags: own, env } = containerInBase('webhook');
  const dir = mkdtempSync(join(tmpdir(), 'zonewarden-webhook-memory-'));
  const api = await startKubeApi();
  const variants = [own, ...options.others].map((flags) => ({ flags, runs: [] as WebhookRun[] }));
  let withoutCgroup: string | undefined;
  try {
    putNodeClass(api);
    pin(process.pid, CLIENT_CORE);
    for (let run = 1; run <= options.runs; run += 1) {
      for (const { flags, runs } of variants) {
        const cgroup = makeMemoryCgroup(limitBytes);
        if (typeof cgroup === 'string') withoutCgroup = cgroup;
        const group = typeof cgroup === 'string' ? {} : { cgroup };
        const webhook = await startLimitedWebhook({
          api,
          dir,
          flags: [...flags, COLLECT_ON_SIGNAL],
          env,
          ...group,
        });
        const measured = await measure(webhook, options.seconds).finally(() => webhook.stop());
        await group.cgroup?.remove();
        runs.push(measured);
        options.onRun(run, flags, measured);
      }
    }
  } finally {
    await api.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  return {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    limitMib: limitBytes / MIB,
    withoutCgroup,
    variants,
  };
}

async function measure(webhook: LimitedWebhook, seconds: number): Promise<WebhookRun> {
  pin(webhook.pid, SERVER_CORE);
  const idleMib = residentMib(webhook.pid);
  const mutate = await loaded(webhook, 'mutate', seconds);
  const validate = await loaded(webhook, 'validate', seconds);
  const peak = peakMib(webhook.pid);
  process.kill(webhook.pid, 'SIGUSR2');
  await wait(COLLECTED_MS);
  const { sum } = await scrape(webhook.opsUrl);
  const live = sum('nodejs_heap_size_used_bytes') + sum('nodejs_external_memory_bytes');
  return { idleMib, mutate, validate, peakMib: peak, liveMib: live / MIB };
}

/** The first half of the time is for V8 to optimise what the requests run through. */
async function loaded(
  webhook: LimitedWebhook,
  step: 'mutate' | 'validate',
  seconds: number,
): Promise<Loaded> {
  const path = await webhook.path(step);
  const declared = declaredNodePool();
  const body = reviewBody(declared, declared);
  const run = () =>
    load({ ...webhook, path, body, connections: CONNECTIONS, seconds: seconds / 2, isRight: () => true });
  await run();
  const before = cpuMicroseconds(webhook.pid);
  const { latenciesMs } = await run();
  return {
    rssMib: residentMib(webhook.pid),
    cpuUsPerRequest: (cpuMicroseconds(webhook.pid) - before) / latenciesMs.length,
  };
}

/** What Karpenter's controller writes of a NodeClass, so that verdicts know the zones. */
function putNodeClass(api: KubeApi): void {
  const subnets = ['a', 'b', 'c'].map((letter, index) => ({
    id: `subnet-${letter}`,
    zone: `us-east-1${letter}`,
    zoneID: `use1-az${index + 1}`,
  }));
  api.put(resources.ec2NodeClasses, { metadata: { name: 'default' }, spec: {}, status: { subnets } });
}
