import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import type { Decider } from '../../../webhook/admission/outcome.ts';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import { deciderFor } from '../../../webhook/deciders/deciders.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { createAdmissionHandler } from '../../../webhook/server/admission-handler.ts';
import { startTlsServer } from '../../../webhook/server/tls-server.ts';
import { calledByUrl, isWebhookConfiguration, type Manifest } from '../../installation/manifests.ts';
import { ROOT } from '../../installation/product-process.ts';
import { ANY_PATH } from '../../standins/any-path.ts';
import { SCENE } from '../../unit/enforcement/mark-keys.ts';

/** What our webhook decides by for one NodePool, and how often it was asked to change it. */
export interface PoolAdmission {
  /** `undefined`: it leaves every write as it is, as one that is away under failurePolicy Ignore. */
  set: Orders | undefined;
  asked: number;
}

export interface Admission {
  /** The configurations that we ship, calling this server. */
  readonly configurations: readonly Manifest[];
  /** By name of the NodePool; others see no impaired zone. */
  readonly pools: Map<string, PoolAdmission>;
  stop(): Promise<void>;
}

const PASS: Decider = () => ({
  verdict: { allowed: true },
  facts: { action: 'ignored', rule: 'away' },
});

/**
 * The product's own server, handler and deciders. Only the set of impaired zones is not read from the cluster: each
 * NodePool has one of its own, so that many histories are replayed side by side.
 */
export async function startAdmission(): Promise<Admission> {
  const now = new Date();
  const authority = await makeAuthority(now);
  const pools = new Map<string, PoolAdmission>();
  const { log } = createLogger('webhook', 'error', process.stderr);
  const server = await startTlsServer({
    host: '127.0.0.1',
    port: 0,
    tls: await signLeaf(authority, ['127.0.0.1'], now),
    handler: createAdmissionHandler({
      state: () => ({
        set: { generation: 1, zones: [] },
        settings: { ...DEFAULT_ENFORCEMENT, ...SCENE },
        exemptPools: new Set(),
      }),
      paths: ANY_PATH,
      metrics: createWebhookMetrics(),
      log,
      deciderFor(webhook, asked) {
        const pool = pools.get(asked.name ?? '');
        if (pool !== undefined && webhook === 'mutate') pool.asked += 1;
        const decide = deciderFor(webhook, asked);
        if (pool === undefined) return decide;
        const { set } = pool;
        return set === undefined ? PASS : (request, state) => decide(request, { ...state, set });
      },
    }),
  });
  return {
    configurations: ourConfigurations(`https://127.0.0.1:${server.port}`, authority.certificatePem),
    pools,
    stop: () => server.drain(0, 0),
  };
}

function ourConfigurations(base: string, caPem: string): Manifest[] {
  const caBundle = Buffer.from(caPem).toString('base64');
  return ['mutating', 'validating'].flatMap((kind) => {
    const file = join(ROOT, 'config', 'base', `${kind}-webhook-configuration.yaml`);
    const found = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS() as Manifest);
    return found.map((one) => trusting(calledByUrl(one, base), caBundle));
  });
}

function trusting(manifest: Manifest, caBundle: string): Manifest {
  if (!isWebhookConfiguration(manifest)) return manifest;
  const webhooks = manifest.webhooks.map((webhook) => ({
    ...webhook,
    clientConfig: { ...webhook.clientConfig, caBundle },
  }));
  return { ...manifest, webhooks };
}
