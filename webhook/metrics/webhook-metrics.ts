import { collectDefaultMetrics, Registry } from 'prom-client';
import { metricsIn } from '../../shared/process/metrics.ts';
import type { Orders } from '../../shared/record/orders.ts';
import type { WebhookName } from '../admission/outcome.ts';
import { configurationTypes } from '../registration/registration-watch.ts';

/** Why a request was turned away before anybody decided about it. */
export type RejectReason = (typeof REJECT_REASONS)[number];

const REJECT_REASONS = [
  'path',
  'client-certificate',
  'method',
  'content-type',
  'too-large',
  'busy',
  'deadline',
  'undecodable',
  'unsynced',
  'aborted',
] as const;

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
 * @param droppedLines of the log, asked for at each scrape
 */
export function createWebhookMetrics(
  setNow: () => Orders | undefined = () => undefined,
  lastHeardMs: () => number | undefined = () => undefined,
  policies: () => PoliciesShown | undefined = () => undefined,
  droppedLines: () => number = () => 0,
) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { counter, counterOf, gauge, histogram } = metricsIn(registry);
  const metrics = {
    registry,
    droppedLines: counterOf(
      'zonewarden_log_lines_dropped_total',
      'Log lines that were dropped, because nobody read them and too many waited.',
      droppedLines,
    ),
    requests: counter(
      'zonewarden_admission_requests_total',
      'Admission requests that were decided, by webhook, kind, operation, and what the decision did.',
      ['webhook', 'kind', 'operation', 'action'],
    ),
    duration: histogram(
      'zonewarden_admission_duration_seconds',
      'Time from the first byte of a request to its answer.',
      [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 2.5, 10],
      ['webhook'],
    ),
    inFlight: gauge(
      'zonewarden_admission_requests_in_flight',
      'Admission requests that are being read or decided.',
    ),
    rejected: counter(
      'zonewarden_admission_rejected_total',
      'Requests answered with an error before a decision, by reason.',
      ['reason'],
    ),
    connectionsDropped: counter(
      'zonewarden_admission_connections_dropped_total',
      'Connections that were ended because too many were open.',
    ),
    panics: counter(
      'zonewarden_admission_panics_total',
      'Decisions that threw. Always a defect: please report it.',
    ),
    shadow: counter(
      'zonewarden_admission_shadow_total',
      'Decisions that would have been made if zones that the rules only record were impaired, by kind and action.',
      ['kind', 'action'],
    ),
    findings: counter(
      'zonewarden_policy_findings_total',
      'What the policy said of writes, by kind, rule, and the severity that followed.',
      ['kind', 'rule', 'severity'],
    ),
    ruleErrors: counter(
      'zonewarden_policy_rule_errors_total',
      'Rules of the policy that threw and found nothing. Always a defect: please report it.',
      ['rule'],
    ),
    unaskedRules: counter(
      'zonewarden_policy_rules_unasked_total',
      'Rules of the policy that were not asked about a write, because the time of its verdict was over.',
      ['rule'],
    ),
    policyInfo: gauge(
      'zonewarden_policy_info',
      '1 for the profile and the mode of the policy that this replica judges by.',
      ['profile', 'mode'],
      (gauge) => {
        const shown = policies();
        gauge.reset();
        if (shown !== undefined) gauge.set({ profile: shown.profile, mode: shown.mode }, 1);
      },
    ),
    policyReads: counter(
      'zonewarden_policy_reads_total',
      'Policies that were taken into force: the first one, and one for each change of it.',
    ),
    policyProblem: gauge(
      'zonewarden_policy_problem',
      '1 while the policy in force is not what its ConfigMap says, because it was not read or cannot be.',
      [],
      (gauge) => {
        gauge.set(policies()?.problem === undefined ? 0 : 1);
      },
    ),
    catalogTypes: gauge(
      'zonewarden_catalog_types',
      'Instance types in the catalogue that findings are counted by, and where it comes from.',
      ['source'],
      (gauge) => {
        const shown = policies();
        gauge.reset();
        if (shown !== undefined) gauge.set({ source: shown.catalogSource }, shown.catalogTypes);
      },
    ),
    poolEvents: counter(
      'zonewarden_policy_events_total',
      'Events about NodePools and NodeClaims, by reason and by what became of them.',
      ['reason', 'result'],
    ),
    registered: gauge(
      'zonewarden_webhook_registered',
      '1 for each webhook that the API server calls, 0 for one that the product expects and that is not registered.',
      ['kind', 'webhook', 'failure_policy'],
    ),
    zoneImpaired: gauge(
      'zonewarden_zone_impaired',
      '1 while the zone is enforced as impaired, 0.5 while it recovers; absent for healthy zones.',
      ['zone_id', 'zone'],
      (gauge) => {
        gauge.reset();
        for (const { id, name, state } of setNow()?.zones ?? [])
          gauge.set({ zone_id: id, zone: name ?? '' }, state === 'impaired' ? 1 : 0.5);
      },
    ),
    setGeneration: gauge(
      'zonewarden_impaired_set_generation',
      'Generation of the impaired set that this replica enforces.',
    ),
    recordSynced: gauge(
      'zonewarden_record_synced',
      '1 once the record of impaired zones was read; how old it may be, the time it was last heard of tells.',
    ),
    recordLastHeard: gauge(
      'zonewarden_record_last_heard_timestamp_seconds',
      'When the API server last told anything of the record of impaired zones, in seconds since the epoch.',
      [],
      (gauge) => {
        const heardMs = lastHeardMs();
        if (heardMs !== undefined) gauge.set(heardMs / 1000);
      },
    ),
    recordProblems: counter(
      'zonewarden_record_problems_total',
      'Troubles of the watch on the record of impaired zones, by kind.',
      ['kind'],
    ),
    certificateExpiry: gauge(
      'zonewarden_tls_certificate_expiry_timestamp_seconds',
      'When the serving certificate expires, in seconds since the epoch; absent while none is served.',
    ),
    authorityExpiry: gauge(
      'zonewarden_tls_ca_expiry_timestamp_seconds',
      'When the CA in the Secret expires, in seconds since the epoch; absent where certificates come from files.',
    ),
    certificateRotations: counter(
      'zonewarden_tls_rotations_total',
      'Certificates that were taken into service, or could not be, by what they are: ca or leaf.',
      ['what', 'outcome'],
    ),
    bundlePatches: counter(
      'zonewarden_ca_bundle_patches_total',
      'Writes of the CA into a webhook configuration, by its kind and how they came out.',
      ['kind', 'outcome'],
    ),
    pathPatches: counter(
      'zonewarden_admission_path_patches_total',
      'Writes of the path into a webhook configuration, by its kind and how they came out.',
      ['kind', 'outcome'],
    ),
    pathRetired: counter(
      'zonewarden_admission_path_retired_total',
      'How often another path was asked for, by reason: start, failure, age.',
      ['reason'],
    ),
  };
  // A counter that appears only at its first increment makes rate() miss that increment.
  for (const reason of REJECT_REASONS) metrics.rejected.inc({ reason }, 0);
  for (const outcome of ['done', 'failed']) {
    for (const what of ['ca', 'leaf']) metrics.certificateRotations.inc({ what, outcome }, 0);
    for (const { kind } of configurationTypes) {
      metrics.bundlePatches.inc({ kind, outcome }, 0);
      metrics.pathPatches.inc({ kind, outcome }, 0);
    }
  }
  for (const reason of ['start', 'failure', 'age']) metrics.pathRetired.inc({ reason }, 0);
  // A time of 0 would be a certificate that expired in 1970.
  metrics.certificateExpiry.remove();
  metrics.authorityExpiry.remove();
  for (const webhook of ['mutate', 'validate'] satisfies WebhookName[]) metrics.duration.zero({ webhook });
  return metrics;
}

export type WebhookMetrics = ReturnType<typeof createWebhookMetrics>;
