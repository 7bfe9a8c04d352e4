import { messageOf } from '../shared/errors/zonewarden-error.ts';
import { createKubeClient, type KubeClient } from '../shared/kube/client.ts';
import { loadKubeConfig } from '../shared/kube/kube-config.ts';
import type { Logger } from '../shared/process/logger.ts';
import { startOpsServer } from '../shared/process/ops-server.ts';
import { enforcementOf } from '../shared/process/option-values.ts';
import type { Orders } from '../shared/record/orders.ts';
import { createKeysWatch } from '../shared/stores/keys-watch.ts';
import { isTrouble } from '../shared/stores/store-problem.ts';
import { createAdmissionPaths } from './admission-path/admission-paths.ts';
import { whenReadyAgain } from './admission-path/ready-again.ts';
import { createCertificateFiles } from './certificates/certificate-files.ts';
import { createCertificateKeeper } from './certificates/certificate-keeper.ts';
import { observeCertificates } from './certificates/certificate-observer.ts';
import type { CertificateEvents, CertificateSource } from './certificates/certificate-source.ts';
import { readClientCas } from './certificates/client-cas.ts';
import { createEventWriter } from './events/event-writer.ts';
import { createWebhookMetrics, type WebhookMetrics } from './metrics/webhook-metrics.ts';
import type { WebhookOptions } from './options.ts';
import { FIELD_MANAGER } from './registration/bring-fields.ts';
import { createRegistrationKeeper } from './registration/registration-keeper.ts';
import { createRegistrationWatch, type RegistrationWatch } from './registration/registration-watch.ts';
import { runRehearsal } from './rehearsal/rehearsal.ts';
import { createAdmissionHandler } from './server/admission-handler.ts';
import { hasCertificate, startTlsServer } from './server/tls-server.ts';
import { createImpairedZones } from './state/impaired-zones.ts';
import { createPolicies } from './state/policies.ts';
import { reportRegistrations } from './state/registered-webhooks.ts';
import { observeRegistrations } from './state/written-fields.ts';

/** How long in-flight requests may take after the port closed: the API server gives up before. */
const IN_FLIGHT_LIMIT_MS = 10_000;

/** Wires the webhook together and starts it. */
export async function startWebhook(options: WebhookOptions, log: Logger, droppedLines?: () => number) {
  const metrics = createWebhookMetrics(
    () => zones.current(),
    () => zones.lastHeardMs(),
    () => policies.shown(),
    droppedLines,
  );
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(options.kubeconfig),
    userAgent: 'zonewarden-webhook',
  });
  let stopping = false;
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
  const policies = createPolicies({
    client,
    namespace: options.namespace,
    metrics,
    log,
    usedZones: () => zones.used(),
    now: Date.now,
  });
  let eventsFail = false;
  const events = createEventWriter({
    client,
    now: Date.now,
    onResult({ reason }, result, error) {
      metrics.poolEvents.inc({ reason, result });
      // Once until one is written again; the metric counts them.
      if (result === 'failed' && !eventsFail)
        log.warn({ reason, error: messageOf(error) }, 'an Event could not be written');
      if (result === 'failed' || result === 'written') eventsFail = result === 'failed';
    },
  });
  const registrations = createRegistrationWatch({
    client,
    name: options.configuration,
    onProblem(kind, error) {
      if (isTrouble(kind))
        log.warn({ problem: kind, error: messageOf(error) }, 'trouble with webhook configurations');
    },
  });

  reportRegistrations(registrations, metrics, log);
  const keys = createKeysWatch({
    client,
    namespace: options.namespace,
    fieldManager: FIELD_MANAGER,
    onWrite: (changes) => log.info({ changes }, 'the Secret of the keys was written'),
    onProblem: (error) => log.warn({ error: messageOf(error) }, 'trouble with the keys; trying again'),
    now: Date.now,
  });
  const paths = createAdmissionPaths({
    keys,
    registrations,
    onWanted: () => keeper.look(),
    onRetire(reason) {
      metrics.pathRetired.inc({ reason });
      log.info({ reason }, 'the path that the API server asks by is to be another one');
    },
    now: Date.now,
  });

  const settings = enforcementOf(options);
  const clientCaPem = options.clientCaFile === '' ? undefined : readClientCas(options.clientCaFile);
  const server = await startTlsServer({
    host: options.host,
    port: options.port,
    onDropped: () => metrics.connectionsDropped.inc(),
    clientCaPem,
    handler: createAdmissionHandler({
      state() {
        const set = zones.current();
        const markKeys = keys.markKeys();
        if (set === undefined || markKeys === undefined) return undefined;
        return {
          set,
          settings: { ...settings, markKeys },
          exemptPools: policies.exemptPools(),
          shadow: zones.shadow(),
          // The validating step alone asks: nothing is put together for the other one.
          get policies() {
            return policies.current();
          },
        };
      },
      paths,
      ...(clientCaPem === undefined ? {} : { isCaller: hasCertificate }),
      metrics,
      log,
      ...(options.events ? { tell: (about) => events.tell(about) } : {}),
    }),
  });
  let serving = false;
  const rehearsal = new AbortController();
  const certificates = certificateSource(
    options,
    client,
    registrations,
    observeCertificates(log, metrics, {
      serve(pair) {
        server.setCertificate(pair);
        if (serving) return;
        serving = true;
        log.info({ port: server.port, opsPort: ops.port }, 'serving admission');
        void runRehearsal({ policies: policies.current, settings, log }, rehearsal.signal);
      },
      trust: () => keeper.look(),
    }),
  );
  const keeper = createRegistrationKeeper({
    client,
    registrations,
    fields: [paths.field, ...(certificates.trust === undefined ? [] : [certificates.trust])],
    onWrite: observeRegistrations(log, metrics),
  });
  const lookAtReadiness = whenReadyAgain(() => paths.failed());
  const ops = await startOpsServer({
    host: options.host,
    port: options.opsPort,
    registry: metrics.registry,
    unready() {
      const problems = [zones.problem(), certificates.problem(), keys.problem(), paths.problem()];
      const known = problems.filter((problem) => problem !== undefined);
      lookAtReadiness(known.length === 0);
      return stopping ? ['stopping', ...known] : known;
    },
  });
  const parts = [zones, policies, registrations, keys, paths, certificates, keeper];
  for (const part of parts) part.start();

  return {
    port: server.port,
    opsPort: ops.port,
    /** Drains and ends everything; resolves when nothing is left running. */
    async stop() {
      stopping = true;
      rehearsal.abort();
      log.info('stopping: not ready, answers close their connections');
      await server.drain(options.drainMs, IN_FLIGHT_LIMIT_MS);
      await Promise.all([...parts.map((part) => part.stop()), events.stop()]);
      await ops.close();
      client.close();
      log.info('stopped');
    },
  };
}

/** Certificates of the webhook's own, or files that somebody else renews. */
function certificateSource(
  options: WebhookOptions,
  client: KubeClient,
  registrations: RegistrationWatch,
  events: CertificateEvents,
): CertificateSource {
  const now = Date.now;
  if (options.certDir !== '') return createCertificateFiles({ dir: options.certDir, events, now });
  return createCertificateKeeper({
    client,
    namespace: options.namespace,
    secretName: options.caSecret,
    serviceName: options.service,
    extraNames: options.extraNames,
    caDurationMs: options.caDuration,
    leafDurationMs: options.leafDuration,
    registrations,
    events,
    now,
  });
}

function showSet(metrics: WebhookMetrics, set: Orders): void {
  metrics.recordSynced.set(1);
  metrics.setGeneration.set(set.generation);
}
