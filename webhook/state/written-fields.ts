import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { WebhookMetrics } from '../metrics/webhook-metrics.ts';
import type { FieldName } from '../registration/bring-fields.ts';
import type { RegistrationHearing } from '../registration/registration-keeper.ts';

/** What the log says of each field. A path is a secret, and is never written there. */
const WORDS: Readonly<Record<FieldName, Readonly<Record<'patched' | 'failed', string>>>> = {
  caBundle: {
    patched: 'our CA was put into a webhook configuration',
    failed: 'our CA could not be put into a webhook configuration; trying again',
  },
  path: {
    patched: 'our path was put into a webhook configuration',
    failed: 'our path could not be put into a webhook configuration; trying again',
  },
};

/** Tells the log and the metrics what was written into the webhook configurations. */
export function observeRegistrations(log: Logger, metrics: WebhookMetrics): RegistrationHearing {
  const counters = { caBundle: metrics.bundlePatches, path: metrics.pathPatches };
  return (kind, field, outcome, error) => {
    counters[field].inc({ kind, outcome: outcome === 'patched' ? 'done' : 'failed' });
    const words = WORDS[field][outcome];
    if (outcome === 'patched') log.info({ kind }, words);
    else log.warn({ kind, error: messageOf(error) }, words);
  };
}
