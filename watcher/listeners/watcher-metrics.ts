import { collectDefaultMetrics, Registry } from 'prom-client';
import { ELSEWHERE_KINDS } from '../../shared/home/elsewhere.ts';
import { metricsIn } from '../../shared/process/metrics.ts';
import type { Orders } from '../../shared/record/orders.ts';
import { WATCHER_MODES, type WatcherMode } from '../status/mode.ts';

/**
 * The watcher's metrics; docs/metrics.md describes each, and a test holds the two together.
 *
 * @param modeNow the mode that the watcher is in, asked for at each scrape
 * @param setNow the set in force, asked for at each scrape: zones expire without anybody writing it down
 * @param droppedLines of the log, asked for at each scrape
 */
export function createWatcherMetrics(
  modeNow: () => WatcherMode = () => 'operator-only',
  setNow: () => Orders | undefined = () => undefined,
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
    messages: counter(
      'zonewarden_queue_messages_total',
      'Queue messages by what they were read as and by what became of them.',
      ['outcome', 'fate'],
    ),
    events: counter('zonewarden_events_total', 'Events of known types, by type.', ['type']),
    signals: counter(
      'zonewarden_signals_total',
      'What zone signals did to the record: applied, duplicate, superseded by a newer one, no-room, or ignored.',
      ['outcome'],
    ),
    reconciles: histogram(
      'zonewarden_watcher_reconcile_duration_seconds',
      'How long a look of one duty of the leader took, with what followed from it.',
      [0.005, 0.05, 0.5, 5, 30],
      ['controller'],
    ),
    problems: counter('zonewarden_watcher_problems_total', 'Troubles by part of the watcher.', ['part']),
    lastReceive: gauge(
      'zonewarden_queue_last_receive_timestamp_seconds',
      'When the queue last answered, in seconds since the epoch.',
    ),
    queueErrors: counter(
      'zonewarden_queue_errors_total',
      'Calls of SQS that failed, by step and by the code of the error.',
      ['step', 'code'],
    ),
    elsewhere: counter(
      'zonewarden_events_elsewhere_total',
      'Events of another Region, about a zone of another Region, about a resource of another account, or for another cluster.',
      ['kind'],
    ),
    shiftsWithoutEvent: counter(
      'zonewarden_shifts_without_event_total',
      'Shifts that ARC lists and of which no event told within 5 minutes; the leader reports it.',
    ),
    recordWrites: counter(
      'zonewarden_record_writes_total',
      'Writes of the record of impaired zones, by how; conflict counts lost races.',
      ['how'],
    ),
    recordDropped: counter(
      'zonewarden_record_dropped_sources_total',
      'Sources that left the record because it had no room for them.',
    ),
    zoneImpaired: gauge(
      'zonewarden_zone_impaired',
      '1 while the record has the zone as impaired, 0.5 while it recovers; absent for healthy zones.',
      ['zone_id', 'zone'],
      (gauge) => {
        gauge.reset();
        for (const { id, name, state } of setNow()?.zones ?? [])
          gauge.set({ zone_id: id, zone: name ?? '' }, state === 'impaired' ? 1 : 0.5);
      },
    ),
    zoneSources: gauge(
      'zonewarden_zone_sources',
      'Sources in the record, by zone, kind, and whether they count.',
      ['zone_id', 'kind', 'standing'],
    ),
    heldBack: gauge(
      'zonewarden_zones_held_back',
      'Zones that would be impaired and that the guard keeps from it, because too few would be left.',
    ),
    zoneUse: gauge(
      'zonewarden_zone_use',
      '1 for what is known of the use of a zone that is shifted away; absent for others.',
      ['zone_id', 'zone', 'use'],
    ),
    reachKnown: gauge(
      'zonewarden_reach_known',
      '1 while it is known which zones the cluster uses; 0 while zones in which it may have nothing are enforced too.',
    ),
    arcRequests: counter(
      'zonewarden_arc_requests_total',
      'Questions to the ARC Zonal Shift API, by operation and by how they were answered; the leader asks.',
      ['operation', 'result'],
    ),
    arcLastAnswer: gauge(
      'zonewarden_arc_last_answer_timestamp_seconds',
      'When ARC last answered, by operation, in seconds since the epoch; the leader asks.',
      ['operation'],
    ),
    mode: gauge(
      'zonewarden_watcher_mode',
      '1 for the mode that the watcher is in: by what it knows about zones.',
      ['mode'],
      (gauge) => {
        const now = modeNow();
        for (const mode of WATCHER_MODES) gauge.set({ mode }, mode === now ? 1 : 0);
      },
    ),
    rulesProblem: gauge(
      'zonewarden_rules_problem',
      '1 while the configuration document cannot be read, and the last good rules are in force.',
    ),
    timeToProtect: histogram(
      'zonewarden_time_to_protect_seconds',
      'Time from the receipt of a message to the last NodePool that it concerns; the leader reports it.',
      [0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 120],
    ),
    setGeneration: gauge('zonewarden_impaired_set_generation', 'Generation of the record as last seen.'),
    nudges: counter('zonewarden_nudges_total', 'Nudges of NodePools by what came back.', ['result']),
    unsettled: gauge(
      'zonewarden_nodepools_unsettled',
      'NodePools that are not yet what the record asks for; the leader reports it.',
    ),
    stuck: gauge(
      'zonewarden_nodepools_stuck',
      'NodePools that do not become what the record asks for, however often they are nudged; the leader reports it.',
    ),
    unjudgeable: gauge(
      'zonewarden_nodepools_unjudgeable',
      'NodePools that hold more than is looked at, or that cannot be read; the leader reports it.',
    ),
    cordoned: gauge(
      'zonewarden_nodes_cordoned',
      'Nodes that are cordoned by us, by zone; the leader reports it.',
      ['zone_id'],
    ),
    held: gauge(
      'zonewarden_nodes_held',
      'Nodes that Karpenter leaves alone because of our mark, by zone; the leader reports it.',
      ['zone_id'],
    ),
    thawed: gauge(
      'zonewarden_nodepools_thawed',
      'NodePools that need not be frozen for an impaired zone, because their Nodes there are held; the leader reports it.',
      ['zone_id'],
    ),
    cordonActions: counter(
      'zonewarden_cordon_actions_total',
      'Writes of Nodes by what was to be done and by how it came out.',
      ['action', 'result'],
    ),
    expiring: gauge(
      'zonewarden_expiring_nodes',
      'NodeClaims of an impaired zone that expire before its shift ends, which a freeze does not stop; the leader reports it.',
      ['zone_id'],
    ),
    fallbackGeneration: gauge(
      'zonewarden_policy_fallback_generation',
      'Generation of the record that the policy fallback was written for, 0 where it has no rules; the leader reports it.',
    ),
    fallbackPresent: gauge(
      'zonewarden_policy_fallback_present',
      '1 while the ValidatingAdmissionPolicy of the policy fallback is there and can be read; the leader reports it.',
    ),
    fallbackEnforced: gauge(
      'zonewarden_policy_fallback_enforced',
      "1 while the policy fallback's binding is there and says Deny; the leader reports it.",
    ),
    fallbackWrites: counter(
      'zonewarden_policy_fallback_writes_total',
      'Writes of the policy fallback by how they came out.',
      ['result'],
    ),
    policyFindings: gauge(
      'zonewarden_watcher_policy_findings',
      'What the policy says of the stored NodePools, by rule and by what it would lead to; the leader reports it.',
      ['rule', 'severity'],
    ),
    policyScanned: gauge(
      'zonewarden_watcher_policy_scanned_nodepools',
      'NodePools that the last scan judged; the leader reports it.',
    ),
    policyScans: histogram(
      'zonewarden_watcher_policy_scan_duration_seconds',
      'How long a scan of all stored NodePools took.',
      [0.01, 0.05, 0.25, 1, 5, 30],
    ),
    policyRuleErrors: counter(
      'zonewarden_watcher_policy_rule_errors_total',
      'Rules of the policy that threw in a scan and found nothing. Always a defect: please report it.',
      ['rule'],
    ),
    reportsPresent: gauge(
      'zonewarden_watcher_reports_present',
      '1 while the API server has ClusterReports that can be read, 0 where they are not to be kept; the leader reports it.',
    ),
    reportWrites: counter(
      'zonewarden_watcher_report_writes_total',
      'Writes of ClusterReports by how they came out.',
      ['result'],
    ),
    catalogTypes: gauge(
      'zonewarden_watcher_catalog_types',
      "Instance types in the cluster's own catalogue, by its source; absent where there is none. The leader reports it.",
      ['source'],
    ),
    catalogMade: gauge(
      'zonewarden_watcher_catalog_made_timestamp_seconds',
      "When the cluster's own catalogue was made, by its source, in seconds since the epoch. The leader reports it.",
      ['source'],
    ),
    catalogRefreshes: counter(
      'zonewarden_watcher_catalog_refreshes_total',
      'Attempts to make the catalogue anew: asked and stored, stored again, or in vain at EC2 or at the write.',
      ['result'],
    ),
    catalogLastRefresh: gauge(
      'zonewarden_watcher_catalog_last_refresh_timestamp_seconds',
      'When this replica last stored what EC2 said, in seconds since the epoch; 0 for never.',
    ),
    leader: gauge('zonewarden_leader', '1 while this replica holds the Lease.'),
  };
  for (const how of ['created', 'replaced', 'conflict']) metrics.recordWrites.inc({ how }, 0);
  for (const outcome of ['applied', 'duplicate', 'superseded', 'no-room', 'ignored'])
    metrics.signals.inc({ outcome }, 0);
  for (const kind of ELSEWHERE_KINDS) metrics.elsewhere.inc({ kind }, 0);
  for (const result of ['changed', 'unsettled', 'failed', 'gone']) metrics.nudges.inc({ result }, 0);
  for (const result of ['written', 'conflict', 'gone', 'failed']) metrics.fallbackWrites.inc({ result }, 0);
  for (const result of ['written', 'failed']) metrics.reportWrites.inc({ result }, 0);
  for (const result of ['asked', 'again', 'ec2-failed', 'write-failed'])
    metrics.catalogRefreshes.inc({ result }, 0);
  for (const action of ['cordon', 'uncordon', 'forget', 'hold', 'release']) {
    for (const result of ['done', 'conflict', 'gone', 'failed'])
      metrics.cordonActions.inc({ action, result }, 0);
  }
  return metrics;
}

export type WatcherMetrics = ReturnType<typeof createWatcherMetrics>;
