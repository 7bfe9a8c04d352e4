import { enforcementOf } from '../shared/configuration/option-values.ts';
import { messageOf } from '../shared/errors/zonewarden-error.ts';
import { startOpsServer } from '../shared/http/ops-server.ts';
import { createKubeClient } from '../shared/kube/client.ts';
import { loadKubeConfig } from '../shared/kube/kube-config.ts';
import { isTrouble } from '../shared/kube/list-watch.ts';
import { untilDone } from '../shared/kube/until-done.ts';
import type { Logger } from '../shared/logging/logger.ts';
import type { ImpairedSet } from '../shared/zones/impaired-set.ts';
import { type BundleReport, injectCaBundle } from './certificates/ca-bundle-injection.ts';
import { ensureServingCertificate } from './certificates/serving-certificate.ts';
import { createWebhookMetrics, type WebhookMetrics } from './metrics.ts';
import type { WebhookOptions } from './options.ts';
import { createAdmissionHandler } from './server/admission-handler.ts';
import { startTlsServer } from './server/tls-server.ts';
import { createExemptNodePools } from './state/exempt-node-pools.ts';
import { createImpairedZones } from './state/impaired-zones.ts';

/** How long in-flight requests may take after the port closed: the API server gives up before. */
const IN_FLIGHT_LIMIT_MS = 10_000;

export interface WebhookProcess {
  readonly port: number;
  readonly opsPort: number;
  /** Drains and ends everything; resolves when nothing is left running. */
  stop(): Promise<void>;
}

/** Wires the webhook together and starts it. */
export async function startWebhook(options: WebhookOptions, log: Logger): Promise<WebhookProcess> {
  const metrics = createWebhookMetrics(() => zones.current());
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(options.kubeconfig),
    userAgent: 'zonewarden-webhook',
  });
  const stopping = new AbortController();
  const zones = createImpairedZones({
    client,
    namespace: options.namespace,
    now: Date.now,
    onRecord(set) {
      showSet(metrics, set);
      log.info({ generation: set.generation, zones: set.zones }, 'the record of impaired zones was read');
    },
    onProblem(kind, error) {
      metrics.recordProblems.inc({ kind });
      if (kind !== 'deleted' && !isTrouble(kind)) return;
      const fields = { problem: kind, ...(error === undefined ? {} : { error: messageOf(error) }) };
      log.warn(fields, 'trouble with the record of impaired zones; the last good one holds');
    },
  });
  const exempt = createExemptNodePools({
    client,
    onProblem(kind, error) {
      if (isTrouble(kind)) log.warn({ problem: kind, error: messageOf(error) }, 'trouble with NodePools');
    },
  });
  zones.start();
  exempt.start();

  let serving = false;
  const ops = await startOpsServer({
    host: options.host,
    port: options.opsPort,
    registry: metrics.registry,
    unready() {
      const problem = zones.problem();
      return [
        ...(stopping.signal.aborted ? ['stopping'] : []),
        ...(serving ? [] : ['the serving certificate is not made yet']),
        ...(problem === undefined ? [] : [problem]),
      ];
    },
  });

  const certificate = await untilDone(
    () =>
      ensureServingCertificate({
        client,
        namespace: options.namespace,
        secretName: options.caSecret,
        serviceName: options.service,
        extraNames: options.extraNames,
        now: new Date(),
      }),
    {
      signal: stopping.signal,
      onFailure: (error) => log.warn({ error: messageOf(error) }, 'no serving certificate yet; trying again'),
    },
  );
  metrics.certificateExpiry.set(certificate.notAfter.getTime() / 1000);
  log.info({ ca: certificate.authority, notAfter: certificate.notAfter }, 'the serving certificate is made');

  const settings = enforcementOf(options);
  const server = await startTlsServer({
    host: options.host,
    port: options.port,
    tls: certificate,
    handler: createAdmissionHandler({
      state() {
        const set = zones.current();
        if (set === undefined) return undefined;
        return { set, settings, exemptPools: exempt.names(), shadow: zones.shadow() };
      },
      metrics,
      log,
    }),
  });
  serving = true;
  // Not awaited: a configuration that is not there yet does not keep the webhook from serving.
  const bundles = injectCaBundle({
    client,
    name: options.configuration,
    caPem: certificate.caPem,
    clock: () => new Date(),
    signal: stopping.signal,
    report: (report) => showBundle(log, report),
  }).catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error({ error: messageOf(error) }, 'the caBundle cannot be kept');
  });
  log.info({ port: server.port, opsPort: ops.port }, 'serving admission');

  return {
    port: server.port,
    opsPort: ops.port,
    async stop() {
      stopping.abort(new Error('the process was asked to stop'));
      log.info('stopping: not ready, answers close their connections');
      await server.drain(options.drainMs, IN_FLIGHT_LIMIT_MS);
      await Promise.all([zones.stop(), exempt.stop(), bundles]);
      await ops.close();
      client.close();
      log.info('stopped');
    },
  };
}

function showSet(metrics: WebhookMetrics, set: ImpairedSet): void {
  metrics.recordSynced.set(1);
  metrics.setGeneration.set(set.generation);
}

function showBundle(log: Logger, report: BundleReport): void {
  const { error, ...rest } = report;
  const fields = { ...rest, ...(error === undefined ? {} : { error: error.message }) };
  if (report.outcome === 'failed' || report.outcome === 'absent')
    log.warn(fields, 'a webhook configuration does not trust us yet');
  else log.info(fields, 'a webhook configuration trusts us');
}
