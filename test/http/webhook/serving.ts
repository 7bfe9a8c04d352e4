import { onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import type { AdmissionState } from '../../../webhook/admission/outcome.ts';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import {
  type AdmissionHandlerOptions,
  createAdmissionHandler,
} from '../../../webhook/server/admission-handler.ts';
import { startTlsServer, type TlsServer } from '../../../webhook/server/tls-server.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { ANY_PATH } from '../../standins/any-path.ts';
import { ONE_ZONE_AWAY } from './reviews.ts';

/** One CA and leaf for all tests of a file: each takes a tenth of a second to make. */
const certificates = makeCertificates();

async function makeCertificates() {
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, ['127.0.0.1'], now);
  return { caPem: authority.certificatePem, tls: leaf };
}

/** Waits for something that must come true, for as long as a busy machine may need. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000 });

export const ENFORCING: AdmissionState = {
  set: ONE_ZONE_AWAY,
  settings: DEFAULT_ENFORCEMENT,
  exemptPools: new Set(),
};

export type Serving = Awaited<ReturnType<typeof startServing>>;

/** The webhook's server on a port of its own, with a client; both end with the test. */
export async function startServing(
  options: Partial<AdmissionHandlerOptions> & { readonly mostConnections?: number } = {},
) {
  const { caPem, tls } = await certificates;
  const metrics = options.metrics ?? createWebhookMetrics();
  const lines: string[] = [];
  const { log } = createLogger('webhook', 'debug', { write: (line: string) => void lines.push(line) });
  const server = await startTlsServer({
    host: '127.0.0.1',
    port: 0,
    tls,
    ...(options.mostConnections === undefined ? {} : { mostConnections: options.mostConnections }),
    onDropped: () => metrics.connectionsDropped.inc(),
    handler: createAdmissionHandler({ state: () => ENFORCING, paths: ANY_PATH, log, ...options, metrics }),
  });
  const client = new AdmissionClient({ port: server.port, caPem });
  const drain = drainOnce(server);
  onTestFinished(async () => {
    client.close();
    await drain(0, 0);
  });
  return {
    server: { port: server.port, drain, setCertificate: server.setCertificate },
    client,
    metrics,
    caPem,
    /** What was logged so far, line by line. */
    logged: () => lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line))),
    /** Requests that are being read or decided. */
    inFlight: () => sampleOf(metrics.inFlight),
    rejected: (reason: string) => sampleOf(metrics.rejected, { reason }),
    panics: () => sampleOf(metrics.panics),
    connectionsDropped: () => sampleOf(metrics.connectionsDropped),
  };
}

/** A test that drains by itself is not drained again at its end. */
function drainOnce(server: TlsServer): TlsServer['drain'] {
  let draining: Promise<void> | undefined;
  return (graceMs, limitMs) => {
    draining ??= server.drain(graceMs, limitMs);
    return draining;
  };
}

interface Metric {
  get(): Promise<{ values: { value: number; labels: Partial<Record<string, string | number>> }[] }>;
}

async function sampleOf(metric: Metric, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const { values } = await metric.get();
  const asked = Object.entries(labels);
  return values.find((value) => asked.every(([name, text]) => value.labels[name] === text))?.value ?? 0;
}
