import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { WebhookMetrics } from '../metrics/webhook-metrics.ts';
import type { CertificateEvents } from './certificate-source.ts';

/**
 * Tells the server, the log and the metrics what happens to certificates.
 * `serve` takes a pair into service; what it throws counts as a failure and goes on to whoever called.
 */
export function observeCertificates(
  log: Logger,
  metrics: WebhookMetrics,
  { serve, trust }: Pick<CertificateEvents, 'serve' | 'trust'>,
): CertificateEvents {
  const count = (what: 'ca' | 'leaf', outcome: 'done' | 'failed') =>
    metrics.certificateRotations.inc({ what, outcome });
  return {
    trust,
    serve(pair, reason) {
      serve(pair, reason);
      count('leaf', 'done');
      metrics.certificateExpiry.set(pair.notAfter.getTime() / 1000);
      log.info({ reason, notAfter: pair.notAfter }, 'a serving certificate is in service');
    },
    authority({ authority, outcome, reason }) {
      count('ca', 'done');
      const { fingerprint256: ca, validToDate: notAfter } = authority.certificate;
      metrics.authorityExpiry.set(notAfter.getTime() / 1000);
      const why = reason === undefined ? {} : { reason };
      log.info({ outcome, ...why, ca, notAfter }, 'the CA in the Secret is known');
    },
    failure(what, error) {
      count(what, 'failed');
      const text =
        what === 'ca'
          ? 'trouble with the CA in the Secret; trying again'
          : 'no new serving certificate; trying again';
      log.warn({ error: messageOf(error) }, text);
    },
  };
}
