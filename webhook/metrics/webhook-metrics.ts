import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ImpairedSet } from '../../shared/record/impaired-set.ts';
import type { WebhookName } from '../admission/outcome.ts';
import { configurationTypes } from '../registration/registration-watch.ts';

/** Why a request was turned away before anybody decided about it. */
export type RejectReason =
  | 'path'
  | 'method'
  | 'content-type'
  | 'too-large'
  | 'deadline'
  | 'undecodable'
  | 'unsynced'
  | 'aborted';

const REJECT_REASONS: readonly RejectReason[] = [
  'path',
  'method',
  'content-type',
  'too-large',
  'deadline',
  'undecodable',
  'unsynced',
  'aborted',
];

/** What the validating step judges by, as far as metrics show it. */
export interface PoliciesShown {
  readonly profile: string;
  readonly mode: string;
  /** Why the policy is not the one that was written. */
  readonly problem: string | undefined;
  readonly catalogSource: string;
  readonly catalogTypes: number;
}

/**
 * The webhook's metrics; docs/metrics.md describes each, and a test holds the two together.
 *
 * @param setNow the set in force, asked for at each scrape: zones expire without anybody writing it down
 * @param lastHeardMs when the API server was last heard of about the record, asked for at each scrape
 * @param policies what is judged by, asked for at each scrape
 */
export function createWebhookMetrics(
  setNow: () => ImpairedSet | undefined = () => undefined,
  lastHeardMs: () => number | undefined = () => undefined,
  policies: () => PoliciesShown | undefined = () => undefined,
) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics = {
    registry,
    requests: new Counter({
      name: 'zonewarden_admission_requests_total',
      help: 'Admission requests that were decided, by webhook, kind, operation, and what the decision did.',
      labelNames: ['webhook', 'kind', 'operation', 'action'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'zonewarden_admission_duration_seconds',
      help: 'Time from the first byte of a request to its answer.',
      labelNames: ['webhook'] as const,
      // The API server gives up after seconds; a healthy answer takes well under a millisecond.
      buckets: [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 2.5, 10],
      registers,
    }),
    inFlight: new Gauge({
      name: 'zonewarden_admission_requests_in_flight',
      help: 'Admission requests that are being read or decided.',
      registers,
    }),
    rejected: new Counter({
      name: 'zonewarden_admission_rejected_total',
      help: 'Requests answered with an error before a decision, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    panics: new Counter({
      name: 'zonewarden_admission_panics_total',
      help: 'Decisions that threw. Always a defect: please report it.',
      registers,
    }),
    shadow: new Counter({
      name: 'zonewarden_admission_shadow_total',
      help: 'Decisions that would have been made if zones that the rules only record were impaired, by kind and action.',
      labelNames: ['kind', 'action'] as const,
      registers,
    }),
    findings: new Counter({
      name: 'zonewarden_policy_findings_total',
      help: 'What the policy said of writes, by kind, rule, and the severity that followed.',
      labelNames: ['kind', 'rule', 'severity'] as const,
      registers,
    }),
    ruleErrors: new Counter({
      name: 'zonewarden_policy_rule_errors_total',
      help: 'Rules of the policy that threw and found nothing. Always a defect: please report it.',
      labelNames: ['rule'] as const,
      registers,
    }),
    policyInfo: new Gauge({
      name: 'zonewarden_policy_info',
      help: '1 for the profile and the mode of the policy that this replica judges by.',
      labelNames: ['profile', 'mode'] as const,
      registers,
      collect() {
        const shown = policies();
        this.reset();
        if (shown !== undefined) this.set({ profile: shown.profile, mode: shown.mode }, 1);
      },
    }),
    policyReads: new Counter({
      name: 'zonewarden_policy_reads_total',
      help: 'Policies that were taken into force: the first one, and one for each change of it.',
      registers,
    }),
    policyProblem: new Gauge({
      name: 'zonewarden_policy_problem',
      help: '1 while the policy in force is not what its ConfigMap says, because it was not read or cannot be.',
      registers,
      collect() {
        this.set(policies()?.problem === undefined ? 0 : 1);
      },
    }),
    catalogTypes: new Gauge({
      name: 'zonewarden_catalog_types',
      help: 'Instance types in the catalogue that findings are counted by, and where it comes from.',
      labelNames: ['source'] as const,
      registers,
      collect() {
        const shown = policies();
        this.reset();
        if (shown !== undefined) this.set({ source: shown.catalogSource }, shown.catalogTypes);
      },
    }),
    poolEvents: new Counter({
      name: 'zonewarden_policy_events_total',
      help: 'Events about NodePools and NodeClaims, by reason and by what became of them.',
      labelNames: ['reason', 'result'] as const,
      registers,
    }),
    registered: new Gauge({
      name: 'zonewarden_webhook_registered',
      help: '1 for each webhook that the API server calls, 0 for one that the product expects and that is not registered.',
      labelNames: ['kind', 'webhook', 'failure_policy'] as const,
      registers,
    }),
    zoneImpaired: new Gauge({
      name: 'zonewarden_zone_impaired',
      help: '1 while the zone is enforced as impaired, 0.5 while it recovers; absent for healthy zones.',
      labelNames: ['zone_id', 'zone'] as const,
      registers,
      collect() {
        this.reset();
        for (const { id, name, state } of setNow()?.zones ?? [])
          this.set({ zone_id: id, zone: name ?? '' }, state === 'impaired' ? 1 : 0.5);
      },
    }),
    setGeneration: new Gauge({
      name: 'zonewarden_impaired_set_generation',
      help: 'Generation of the impaired set that this replica enforces.',
      registers,
    }),
    recordSynced: new Gauge({
      name: 'zonewarden_record_synced',
      help: '1 once the record of impaired zones was read; how old it may be, the time it was last heard of tells.',
      registers,
    }),
    recordLastHeard: new Gauge({
      name: 'zonewarden_record_last_heard_timestamp_seconds',
      help: 'When the API server last told anything of the record of impaired zones, in seconds since the epoch.',
      registers,
      collect() {
        const heardMs = lastHeardMs();
        if (heardMs !== undefined) this.set(heardMs / 1000);
      },
    }),
    recordProblems: new Counter({
      name: 'zonewarden_record_problems_total',
      help: 'Troubles of the watch on the record of impaired zones, by kind.',
      labelNames: ['kind'] as const,
      registers,
    }),
    certificateExpiry: new Gauge({
      name: 'zonewarden_tls_certificate_expiry_timestamp_seconds',
      help: 'When the serving certificate expires, in seconds since the epoch; absent while none is served.',
      registers,
    }),
    authorityExpiry: new Gauge({
      name: 'zonewarden_tls_ca_expiry_timestamp_seconds',
      help: 'When the CA in the Secret expires, in seconds since the epoch; absent where certificates come from files.',
      registers,
    }),
    certificateRotations: new Counter({
      name: 'zonewarden_tls_rotations_total',
      help: 'Certificates that were taken into service, or could not be, by what they are: ca or leaf.',
      labelNames: ['what', 'outcome'] as const,
      registers,
    }),
    bundlePatches: new Counter({
      name: 'zonewarden_ca_bundle_patches_total',
      help: 'Writes of the CA into a webhook configuration, by its kind and how they came out.',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
  };
  // A counter that appears only at its first increment makes rate() miss that increment.
  for (const reason of REJECT_REASONS) metrics.rejected.inc({ reason }, 0);
  for (const outcome of ['done', 'failed']) {
    for (const what of ['ca', 'leaf']) metrics.certificateRotations.inc({ what, outcome }, 0);
    for (const { kind } of configurationTypes) metrics.bundlePatches.inc({ kind, outcome }, 0);
  }
  // A time of 0 would be a certificate that expired in 1970.
  metrics.certificateExpiry.remove();
  metrics.authorityExpiry.remove();
  for (const webhook of ['mutate', 'validate'] satisfies WebhookName[]) metrics.duration.zero({ webhook });
  return metrics;
}

export type WebhookMetrics = ReturnType<typeof createWebhookMetrics>;
