import {
  isWeaker,
  missingFrom,
  type RegisteredPolicies,
  type RegistrationRecord,
  registrationRecord,
} from '../../shared/audit/registration-record.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { WebhookMetrics } from '../metrics/webhook-metrics.ts';
import type { Registration, RegistrationWatch } from '../registration/registration-watch.ts';

/**
 * Makes visible whether the API server calls us: a gauge for each webhook, and an audit line for each change. Somebody
 * who breaks the glass takes away what would have written it down, so that this must not depend on being called.
 */
export function reportRegistrations(
  registrations: Pick<RegistrationWatch, 'listen'>,
  metrics: WebhookMetrics,
  log: Logger,
): void {
  const last = new Map<string, RegisteredPolicies>();
  registrations.listen((registration) => {
    const { kind } = registration.type;
    const to = policiesOf(registration);
    const record = registrationRecord({ kind, configuration: registration.name }, last.get(kind), to);
    if (record === undefined) return;
    last.set(kind, to);
    show(metrics, last);
    log[isWeaker(record) ? 'warn' : 'info'](record, wordsFor(record));
  });
}

function policiesOf({ webhooks }: Registration): RegisteredPolicies {
  if (webhooks === undefined) return null;
  return Object.fromEntries(webhooks.map(({ name, failurePolicy }) => [name, failurePolicy]));
}

/** Set anew as a whole: a failure policy is a label, and the one that it was must not stay. */
function show(metrics: WebhookMetrics, all: ReadonlyMap<string, RegisteredPolicies>): void {
  metrics.registered.reset();
  for (const [kind, policies] of all) {
    for (const [webhook, policy] of Object.entries(policies ?? {}))
      metrics.registered.set({ kind, webhook, failure_policy: policy }, 1);
    for (const webhook of missingFrom(policies))
      metrics.registered.set({ kind, webhook, failure_policy: '' }, 0);
  }
}

function wordsFor({ event, missing }: RegistrationRecord): string {
  if (event === 'break-glass')
    return 'the API server calls us no more for what is missing (docs/break-glass.md)';
  return missing.length > 0
    ? 'the API server does not call us for what is missing (docs/break-glass.md)'
    : 'how the API server calls us';
}
