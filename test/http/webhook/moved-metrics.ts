import { expect } from 'vitest';
import type { Scrape } from './scrape.ts';

/** What each metric of the webhook has to show after the requests of its test. One entry a metric, without its prefix. */
export const MOVED_BY_REQUESTS: Readonly<Record<string, (after: Scrape) => void>> = {
  admission_requests_total(after) {
    const requests = (labels: Record<string, string>) =>
      after.value('zonewarden_admission_requests_total', labels);
    expect(requests({ webhook: 'mutate', kind: 'NodePool', operation: 'CREATE', action: 'pruned' })).toBe(1);
    expect(requests({ webhook: 'mutate', kind: 'NodePool', operation: 'CREATE', action: 'unchanged' })).toBe(
      1,
    );
    expect(requests({ webhook: 'mutate', kind: 'NodeClaim', operation: 'CREATE', action: 'refused' })).toBe(
      1,
    );
    expect(requests({ webhook: 'validate', kind: 'other', operation: 'DELETE', action: 'ignored' })).toBe(1);
    expect(requests({ action: 'ignored', kind: 'NodePool' })).toBe(1);
    expect(requests({})).toBe(5);
  },
  admission_duration_seconds(after) {
    expect(after.value('zonewarden_admission_duration_seconds_count', { webhook: 'mutate' })).toBe(3);
    expect(after.value('zonewarden_admission_duration_seconds_count', { webhook: 'validate' })).toBe(2);
    expect(after.value('zonewarden_admission_duration_seconds_bucket', { le: '10' })).toBe(5);
    expect(after.value('zonewarden_admission_duration_seconds_sum')).toBeGreaterThan(0);
  },
  admission_rejected_total(after) {
    const reasons = [
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
    ];
    for (const reason of reasons) {
      expect(after.value('zonewarden_admission_rejected_total', { reason }), reason).toBe(1);
    }
    expect(after.value('zonewarden_admission_rejected_total')).toBe(reasons.length);
  },
  admission_connections_dropped_total(after) {
    expect(after.value('zonewarden_admission_connections_dropped_total')).toBe(1);
  },
  log_lines_dropped_total(after) {
    expect(after.value('zonewarden_log_lines_dropped_total')).toBe(3);
  },
  admission_panics_total(after) {
    expect(after.value('zonewarden_admission_panics_total')).toBe(1);
  },
  admission_shadow_total(after) {
    const shadows = { kind: 'NodePool', action: 'pruned' };
    expect(after.value('zonewarden_admission_shadow_total', shadows)).toBe(1);
    expect(after.value('zonewarden_admission_shadow_total')).toBe(1);
  },
  policy_rule_errors_total(after) {
    expect(after.value('zonewarden_policy_rule_errors_total', { rule: 'spot-types-min' })).toBe(1);
  },
  policy_rules_unasked_total(after) {
    expect(after.value('zonewarden_policy_rules_unasked_total', { rule: 'spot-only' })).toBe(1);
  },
  admission_requests_in_flight(after) {
    expect(after.value('zonewarden_admission_requests_in_flight')).toBe(0);
  },
};

export const MOVED_BY_POLICIES: Readonly<Record<string, (after: Scrape) => void>> = {
  policy_findings_total(after) {
    const denied = { kind: 'NodePool', rule: 'spot-types-min', severity: 'deny' };
    expect(after.value('zonewarden_policy_findings_total', denied)).toBe(1);
  },
  policy_events_total(after) {
    const written = { reason: 'PolicyViolation', result: 'written' };
    expect(after.value('zonewarden_policy_events_total', written)).toBeGreaterThanOrEqual(1);
  },
  policy_info(after) {
    expect(after.value('zonewarden_policy_info', { profile: 'baseline', mode: 'enforce' })).toBe(1);
  },
  policy_reads_total(after) {
    expect(after.value('zonewarden_policy_reads_total')).toBe(1);
  },
  policy_problem(after) {
    expect(after.value('zonewarden_policy_problem')).toBe(1);
  },
  catalog_types(after) {
    expect(after.value('zonewarden_catalog_types', { source: 'bundled' })).toBeGreaterThan(1000);
  },
};

export const MOVED_BY_THE_RECORD: Readonly<Record<string, (after: Scrape) => void>> = {
  zone_impaired(after) {
    expect(after.value('zonewarden_zone_impaired', { zone_id: 'use1-az1', zone: 'us-east-1a' })).toBe(1);
    expect(after.value('zonewarden_zone_impaired', { zone_id: 'use1-az2', zone: '' })).toBe(0.5);
  },
  impaired_set_generation(after) {
    expect(after.value('zonewarden_impaired_set_generation')).toBe(7);
  },
  webhook_registered(after) {
    const registered = (kind: string, webhook: string, failure_policy: string) =>
      after.value('zonewarden_webhook_registered', { kind, webhook, failure_policy });
    expect(registered('MutatingWebhookConfiguration', 'nodepools.zonewarden.io', 'Fail')).toBe(1);
    expect(registered('MutatingWebhookConfiguration', 'nodeclaims.zonewarden.io', '')).toBe(0);
    expect(registered('ValidatingWebhookConfiguration', 'nodepools.zonewarden.io', '')).toBe(0);
    expect(after.value('zonewarden_webhook_registered')).toBe(1);
  },
  record_synced(after) {
    expect(after.value('zonewarden_record_synced')).toBe(1);
  },
  record_problems_total(after) {
    expect(after.value('zonewarden_record_problems_total')).toBeGreaterThan(0);
  },
  tls_certificate_expiry_timestamp_seconds(after) {
    const seconds = after.value('zonewarden_tls_certificate_expiry_timestamp_seconds');
    expect(seconds).toBeGreaterThan(Date.now() / 1000);
  },
  record_last_heard_timestamp_seconds(after) {
    const ageSeconds = Date.now() / 1000 - after.value('zonewarden_record_last_heard_timestamp_seconds');
    expect(Math.abs(ageSeconds)).toBeLessThan(60);
  },
  tls_ca_expiry_timestamp_seconds(after) {
    const leaf = after.value('zonewarden_tls_certificate_expiry_timestamp_seconds');
    expect(after.value('zonewarden_tls_ca_expiry_timestamp_seconds')).toBeGreaterThan(leaf);
  },
  tls_rotations_total(after) {
    for (const what of ['ca', 'leaf'])
      expect(after.value('zonewarden_tls_rotations_total', { what, outcome: 'done' }), what).toBe(1);
  },
  ca_bundle_patches_total(after) {
    const kind = 'MutatingWebhookConfiguration';
    const patches = (outcome: string) => after.value('zonewarden_ca_bundle_patches_total', { kind, outcome });
    expect(patches('done')).toBe(1);
    expect(patches('failed')).toBeGreaterThanOrEqual(1);
  },
  admission_path_patches_total(after) {
    const kind = 'MutatingWebhookConfiguration';
    const patches = (outcome: string) =>
      after.value('zonewarden_admission_path_patches_total', { kind, outcome });
    expect(patches('done')).toBe(1);
    expect(patches('failed')).toBeGreaterThanOrEqual(1);
  },
  admission_path_retired_total(after) {
    expect(after.value('zonewarden_admission_path_retired_total', { reason: 'start' })).toBe(1);
  },
};
