import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ImpairedSet } from '../shared/record/impaired-set.ts';
import { WATCHER_MODES, type WatcherMode } from './status/mode.ts';

/**
 * The watcher's metrics; docs/metrics.md describes each, and a test holds the two together.
 *
 * @param modeNow the mode that the watcher is in, asked for at each scrape
 * @param setNow the set in force, asked for at each scrape: zones expire without anybody writing it down
 */
export function createWatcherMetrics(
  modeNow: () => WatcherMode = () => 'operator-only',
  setNow: () => ImpairedSet | undefined = () => undefined,
) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics = {
    registry,
    messages: new Counter({
      name: 'zonewarden_queue_messages_total',
      help: 'Queue messages by what they were read as and by what became of them.',
      labelNames: ['outcome', 'fate'] as const,
      registers,
    }),
    events: new Counter({
      name: 'zonewarden_events_total',
      help: 'Events of known types, by type.',
      labelNames: ['type'] as const,
      registers,
    }),
    signals: new Counter({
      name: 'zonewarden_signals_total',
      help: 'What zone signals did to the record: applied, duplicate, superseded by a newer one, no-room, or ignored.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    problems: new Counter({
      name: 'zonewarden_watcher_problems_total',
      help: 'Troubles by part of the watcher.',
      labelNames: ['part'] as const,
      registers,
    }),
    lastReceive: new Gauge({
      name: 'zonewarden_queue_last_receive_timestamp_seconds',
      help: 'When the queue last answered, in seconds since the epoch.',
      registers,
    }),
    recordWrites: new Counter({
      name: 'zonewarden_record_writes_total',
      help: 'Writes of the record of impaired zones, by how; conflict counts lost races.',
      labelNames: ['how'] as const,
      registers,
    }),
    zoneImpaired: new Gauge({
      name: 'zonewarden_zone_impaired',
      help: '1 while the record has the zone as impaired, 0.5 while it recovers; absent for healthy zones.',
      labelNames: ['zone_id', 'zone'] as const,
      registers,
      collect() {
        this.reset();
        for (const { id, name, state } of setNow()?.zones ?? [])
          this.set({ zone_id: id, zone: name ?? '' }, state === 'impaired' ? 1 : 0.5);
      },
    }),
    zoneSources: new Gauge({
      name: 'zonewarden_zone_sources',
      help: 'Sources in the record, by zone, kind, and whether they count.',
      labelNames: ['zone_id', 'kind', 'standing'] as const,
      registers,
    }),
    heldBack: new Gauge({
      name: 'zonewarden_zones_held_back',
      help: 'Zones that would be impaired and that the guard keeps from it, because too few would be left.',
      registers,
    }),
    arcRequests: new Counter({
      name: 'zonewarden_arc_requests_total',
      help: 'Questions to the ARC Zonal Shift API, by operation and by how they were answered; the leader asks.',
      labelNames: ['operation', 'result'] as const,
      registers,
    }),
    arcLastAnswer: new Gauge({
      name: 'zonewarden_arc_last_answer_timestamp_seconds',
      help: 'When ARC last answered, by operation, in seconds since the epoch; the leader asks.',
      labelNames: ['operation'] as const,
      registers,
    }),
    mode: new Gauge({
      name: 'zonewarden_watcher_mode',
      help: '1 for the mode that the watcher is in: by what it knows about zones.',
      labelNames: ['mode'] as const,
      registers,
      collect() {
        const now = modeNow();
        for (const mode of WATCHER_MODES) this.set({ mode }, mode === now ? 1 : 0);
      },
    }),
    rulesProblem: new Gauge({
      name: 'zonewarden_rules_problem',
      help: '1 while the configuration document cannot be read, and the last good rules are in force.',
      registers,
    }),
    timeToProtect: new Histogram({
      name: 'zonewarden_time_to_protect_seconds',
      help: 'Time from the receipt of a message to the last NodePool that it concerns; the leader reports it.',
      buckets: [0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 120],
      registers,
    }),
    setGeneration: new Gauge({
      name: 'zonewarden_impaired_set_generation',
      help: 'Generation of the record as last seen.',
      registers,
    }),
    nudges: new Counter({
      name: 'zonewarden_nudges_total',
      help: 'Nudges of NodePools by what came back.',
      labelNames: ['result'] as const,
      registers,
    }),
    unsettled: new Gauge({
      name: 'zonewarden_nodepools_unsettled',
      help: 'NodePools that are not yet what the record asks for; the leader reports it.',
      registers,
    }),
    cordoned: new Gauge({
      name: 'zonewarden_nodes_cordoned',
      help: 'Nodes that are cordoned by us, by zone; the leader reports it.',
      labelNames: ['zone_id'] as const,
      registers,
    }),
    cordonActions: new Counter({
      name: 'zonewarden_cordon_actions_total',
      help: 'Writes of Nodes by what was to be done and by how it came out.',
      labelNames: ['action', 'result'] as const,
      registers,
    }),
    expiring: new Gauge({
      name: 'zonewarden_expiring_nodes',
      help: 'NodeClaims of an impaired zone that expire before its shift ends, which a freeze does not stop; the leader reports it.',
      labelNames: ['zone_id'] as const,
      registers,
    }),
    fallbackGeneration: new Gauge({
      name: 'zonewarden_policy_fallback_generation',
      help: 'Generation of the record that the policy fallback was written for, 0 where it has no rules; the leader reports it.',
      registers,
    }),
    fallbackPresent: new Gauge({
      name: 'zonewarden_policy_fallback_present',
      help: '1 while the ValidatingAdmissionPolicy of the policy fallback is there and can be read; the leader reports it.',
      registers,
    }),
    fallbackEnforced: new Gauge({
      name: 'zonewarden_policy_fallback_enforced',
      help: "1 while the policy fallback's binding is there and says Deny; the leader reports it.",
      registers,
    }),
    fallbackWrites: new Counter({
      name: 'zonewarden_policy_fallback_writes_total',
      help: 'Writes of the policy fallback by how they came out.',
      labelNames: ['result'] as const,
      registers,
    }),
    policyFindings: new Gauge({
      name: 'zonewarden_watcher_policy_findings',
      help: 'What the policy says of the stored NodePools, by rule and by what it would lead to; the leader reports it.',
      labelNames: ['rule', 'severity'] as const,
      registers,
    }),
    policyScanned: new Gauge({
      name: 'zonewarden_watcher_policy_scanned_nodepools',
      help: 'NodePools that the last scan judged; the leader reports it.',
      registers,
    }),
    policyScans: new Histogram({
      name: 'zonewarden_watcher_policy_scan_duration_seconds',
      help: 'How long a scan of all stored NodePools took.',
      buckets: [0.01, 0.05, 0.25, 1, 5, 30],
      registers,
    }),
    policyRuleErrors: new Counter({
      name: 'zonewarden_watcher_policy_rule_errors_total',
      help: 'Rules of the policy that threw in a scan and found nothing. Always a defect: please report it.',
      labelNames: ['rule'] as const,
      registers,
    }),
    reportsPresent: new Gauge({
      name: 'zonewarden_watcher_reports_present',
      help: '1 while the API server has ClusterReports that can be read, 0 where they are not to be kept; the leader reports it.',
      registers,
    }),
    reportWrites: new Counter({
      name: 'zonewarden_watcher_report_writes_total',
      help: 'Writes of ClusterReports by how they came out.',
      labelNames: ['result'] as const,
      registers,
    }),
    catalogTypes: new Gauge({
      name: 'zonewarden_watcher_catalog_types',
      help: "Instance types in the cluster's own catalogue, by its source; absent where there is none. The leader reports it.",
      labelNames: ['source'] as const,
      registers,
    }),
    catalogMade: new Gauge({
      name: 'zonewarden_watcher_catalog_made_timestamp_seconds',
      help: "When the cluster's own catalogue was made, by its source, in seconds since the epoch. The leader reports it.",
      labelNames: ['source'] as const,
      registers,
    }),
    catalogRefreshes: new Counter({
      name: 'zonewarden_watcher_catalog_refreshes_total',
      help: 'Attempts to make the catalogue anew: asked and stored, stored again, or in vain at EC2 or at the write.',
      labelNames: ['result'] as const,
      registers,
    }),
    catalogLastRefresh: new Gauge({
      name: 'zonewarden_watcher_catalog_last_refresh_timestamp_seconds',
      help: 'When this replica last stored what EC2 said, in seconds since the epoch; 0 for never.',
      registers,
    }),
    leader: new Gauge({
      name: 'zonewarden_leader',
      help: '1 while this replica holds the Lease.',
      registers,
    }),
  };
  for (const how of ['created', 'replaced', 'conflict']) metrics.recordWrites.inc({ how }, 0);
  for (const outcome of ['applied', 'duplicate', 'superseded', 'no-room', 'ignored'])
    metrics.signals.inc({ outcome }, 0);
  for (const result of ['changed', 'unsettled', 'failed', 'gone']) metrics.nudges.inc({ result }, 0);
  for (const result of ['written', 'conflict', 'gone', 'failed']) metrics.fallbackWrites.inc({ result }, 0);
  for (const result of ['written', 'failed']) metrics.reportWrites.inc({ result }, 0);
  for (const result of ['asked', 'again', 'ec2-failed', 'write-failed'])
    metrics.catalogRefreshes.inc({ result }, 0);
  for (const action of ['cordon', 'uncordon', 'forget']) {
    for (const result of ['done', 'conflict', 'gone', 'failed'])
      metrics.cordonActions.inc({ action, result }, 0);
  }
  return metrics;
}

export type WatcherMetrics = ReturnType<typeof createWatcherMetrics>;
