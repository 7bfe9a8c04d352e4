/** Values of a series in promtool's notation, one a minute: `1x900` is 1 for 15 hours, `0+60x900` follows the clock. */
export type SeriesValues = Readonly<Record<string, string>>;

/** What both replicas tell in a cluster where all is well. Time begins at 0. */
export const HEALTHY: SeriesValues = {
  'zonewarden_record_synced{instance="a:8081"}': '1x900',
  'zonewarden_record_synced{instance="b:8081"}': '1x900',
  'zonewarden_record_last_heard_timestamp_seconds{instance="a:8081"}': '0+60x900',
  'zonewarden_record_last_heard_timestamp_seconds{instance="b:8081"}': '0+60x900',
  'zonewarden_admission_rejected_total{instance="a:8081",reason="unsynced"}': '0x900',
  'zonewarden_admission_rejected_total{instance="a:8081",reason="path"}': '0+1x900',
  'zonewarden_admission_panics_total{instance="a:8081"}': '0x900',
  'zonewarden_tls_certificate_expiry_timestamp_seconds{instance="a:8081"}': '604800x900',
  'zonewarden_tls_ca_expiry_timestamp_seconds{instance="a:8081"}': '31536000x900',
  'zonewarden_webhook_registered{instance="a:8081",kind="MutatingWebhookConfiguration",webhook="nodepools.zonewarden.io",failure_policy="Fail"}':
    '1x900',
  // A start counts one of each.
  'zonewarden_tls_rotations_total{instance="a:8081",what="leaf",outcome="failed"}': '0x50 1x900',
  'zonewarden_ca_bundle_patches_total{instance="a:8081",kind="MutatingWebhookConfiguration",outcome="done"}':
    '0x50 2x900',
  'zonewarden_impaired_set_generation{instance="a:8081"}': '3x900',
  'zonewarden_impaired_set_generation{instance="b:8081"}': '3x900',
  'zonewarden_impaired_set_generation{instance="a:8082"}': '3x900',
  'zonewarden_leader{instance="a:8082"}': '1x900',
  'zonewarden_leader{instance="b:8082"}': '0x900',
  'zonewarden_nodepools_unsettled{instance="a:8082"}': '0x900',
  // What was left when this replica led last.
  'zonewarden_nodepools_unsettled{instance="b:8082"}': '4x900',
  'zonewarden_zones_held_back{instance="a:8082"}': '0x900',
  'zonewarden_queue_last_receive_timestamp_seconds{instance="a:8082"}': '0+60x900',
  'zonewarden_queue_last_receive_timestamp_seconds{instance="b:8082"}': '0x900',
  'zonewarden_arc_last_answer_timestamp_seconds{instance="a:8082",operation="ListAutoshifts"}': '0+60x900',
  'zonewarden_arc_requests_total{instance="a:8082",operation="ListAutoshifts",result="answered"}': '0+1x900',
  'zonewarden_arc_requests_total{instance="a:8082",operation="GetManagedResource",result="not-registered"}':
    '0+1x900',
  'zonewarden_watcher_mode{instance="a:8082",mode="full"}': '1x900',
  'zonewarden_watcher_mode{instance="a:8082",mode="polling-only"}': '0x900',
  'zonewarden_queue_messages_total{instance="a:8082",outcome="malformed",fate="deleted"}': '0x900',
  'zonewarden_policy_fallback_generation{instance="a:8082"}': '3x900',
  'zonewarden_policy_fallback_generation{instance="b:8082"}': '0x900',
  'zonewarden_policy_fallback_present{instance="a:8082"}': '1x900',
  'zonewarden_policy_fallback_present{instance="b:8082"}': '0x900',
  'zonewarden_policy_fallback_enforced{instance="a:8082"}': '1x900',
  'zonewarden_policy_fallback_enforced{instance="b:8082"}': '0x900',
  'zonewarden_rules_problem{instance="a:8082"}': '0x900',
  // A trouble that passes is none to wake anybody for.
  'zonewarden_watcher_problems_total{instance="a:8082",part="arc"}': '0x30 1x900',
  'zonewarden_cordon_actions_total{instance="a:8082",action="cordon",result="failed"}': '0x900',
  'zonewarden_nodes_cordoned{instance="a:8082",zone_id="use1-az1"}': '0x900',
};

/** What is different, and which alerts fire after an hour because of it. */
export interface AlertCase {
  readonly what: string;
  /** Series instead of, or beside those of `HEALTHY`; `_x900` is a series that has no value. */
  readonly series: SeriesValues;
  readonly firing: readonly string[];
  /** When to look; default: after an hour. */
  readonly at?: string;
}

const IMPAIRED: SeriesValues = {
  'zonewarden_zone_impaired{instance="a:8081",zone_id="use1-az1",zone="us-east-1a"}': '1x900',
};

export const ALERT_CASES: readonly AlertCase[] = [
  { what: 'all is well', series: {}, firing: [] },
  { what: 'all is well for long', series: {}, firing: [], at: '13h' },
  {
    what: 'no webhook can be scraped',
    series: {
      'zonewarden_record_synced{instance="a:8081"}': '_x900',
      'zonewarden_record_synced{instance="b:8081"}': '_x900',
    },
    firing: ['ZonewardenWebhookDown'],
  },
  {
    what: 'one replica has not read the record',
    series: { 'zonewarden_record_synced{instance="b:8081"}': '0x900' },
    firing: ['ZonewardenFewerThanTwoReplicas', 'ZonewardenRecordNotSynced'],
  },
  {
    what: 'one replica is cut off from the API server',
    series: { 'zonewarden_record_last_heard_timestamp_seconds{instance="b:8081"}': '0+60x30 1800x870' },
    firing: ['ZonewardenRecordNotHeardOf'],
  },
  {
    what: 'the binding of the policy is gone while a zone is impaired',
    series: { ...IMPAIRED, 'zonewarden_policy_fallback_enforced{instance="a:8082"}': '0x900' },
    firing: ['ZonewardenPolicyFallbackNotEnforced', 'ZonewardenZoneImpaired'],
  },
  {
    what: 'the binding of the policy is gone while all zones are well',
    series: { 'zonewarden_policy_fallback_enforced{instance="a:8082"}': '0x900' },
    firing: [],
  },
  {
    what: 'requests come before the record was read',
    series: { 'zonewarden_admission_rejected_total{instance="a:8081",reason="unsynced"}': '0+1x900' },
    firing: ['ZonewardenRequestsNotDecided'],
  },
  {
    what: 'a decision threw',
    series: { 'zonewarden_admission_panics_total{instance="a:8081"}': '0x50 1x900' },
    firing: ['ZonewardenPanics'],
  },
  {
    what: 'a certificate has a day left',
    series: { 'zonewarden_tls_certificate_expiry_timestamp_seconds{instance="a:8081"}': '90000x900' },
    firing: ['ZonewardenCertificateExpiresSoon'],
  },
  {
    what: 'a certificate has an hour left',
    series: { 'zonewarden_tls_certificate_expiry_timestamp_seconds{instance="a:8081"}': '7200x900' },
    firing: ['ZonewardenCertificateExpires', 'ZonewardenCertificateExpiresSoon'],
  },
  {
    what: 'the CA has a month left',
    series: { 'zonewarden_tls_ca_expiry_timestamp_seconds{instance="a:8081"}': '2592000x900' },
    firing: ['ZonewardenCaExpiresSoon'],
    at: '2h',
  },
  {
    what: 'the Secret cannot be used',
    series: { 'zonewarden_tls_rotations_total{instance="a:8081",what="leaf",outcome="failed"}': '0+1x900' },
    firing: ['ZonewardenCertificatesFail'],
  },
  {
    what: 'a Git tool takes caBundle away each minute',
    series: {
      'zonewarden_ca_bundle_patches_total{instance="a:8081",kind="MutatingWebhookConfiguration",outcome="done"}':
        '0+1x900',
    },
    firing: ['ZonewardenCaBundleContested'],
  },
  {
    what: 'somebody broke the glass',
    series: {
      'zonewarden_webhook_registered{instance="a:8081",kind="MutatingWebhookConfiguration",webhook="nodepools.zonewarden.io",failure_policy="Fail"}':
        '0x900',
    },
    firing: ['ZonewardenBreakGlass'],
  },
  {
    what: 'a webhook is behind',
    series: { 'zonewarden_impaired_set_generation{instance="b:8081"}': '2x900' },
    firing: ['ZonewardenReplicasDiffer'],
  },
  {
    what: 'nobody leads',
    series: { 'zonewarden_leader{instance="a:8082"}': '0x900' },
    firing: ['ZonewardenNoLeader'],
  },
  {
    what: 'NodePools stay as they are',
    series: { 'zonewarden_nodepools_unsettled{instance="a:8082"}': '2x900' },
    firing: ['ZonewardenNodePoolsUnsettled'],
  },
  {
    what: 'the guard holds a zone back',
    series: { 'zonewarden_zones_held_back{instance="a:8082"}': '1x900' },
    firing: ['ZonewardenZonesHeldBack'],
  },
  {
    what: 'the queue is silent',
    series: { 'zonewarden_queue_last_receive_timestamp_seconds{instance="a:8082"}': '0+60x30 1800x900' },
    firing: ['ZonewardenQueueSilent'],
  },
  {
    what: 'ARC lists a shift of which no event told',
    series: { 'zonewarden_shifts_without_event_total{instance="a:8082"}': '0x50 1x900' },
    firing: ['ZonewardenNoEventOfShift'],
  },
  {
    what: 'there is no queue',
    series: {
      'zonewarden_queue_last_receive_timestamp_seconds{instance="a:8082"}': '0x900',
      'zonewarden_watcher_mode{instance="a:8082",mode="full"}': '0x900',
      'zonewarden_watcher_mode{instance="a:8082",mode="polling-only"}': '1x900',
    },
    firing: [],
  },
  {
    what: 'ARC denies one operation and answers others',
    series: {
      'zonewarden_arc_requests_total{instance="a:8082",operation="ListZonalShifts",result="denied"}':
        '0+1x900',
    },
    firing: ['ZonewardenArcSilent'],
  },
  {
    what: 'neither the queue nor ARC answers',
    series: {
      'zonewarden_queue_last_receive_timestamp_seconds{instance="a:8082"}': '0+60x30 1800x900',
      'zonewarden_arc_last_answer_timestamp_seconds{instance="a:8082",operation="ListAutoshifts"}':
        '0+60x30 1800x900',
    },
    firing: ['ZonewardenHearsNothing', 'ZonewardenQueueSilent'],
  },
  {
    what: 'neither has ever answered',
    series: {
      'zonewarden_queue_last_receive_timestamp_seconds{instance="a:8082"}': '0x900',
      'zonewarden_arc_last_answer_timestamp_seconds{instance="a:8082",operation="ListAutoshifts"}': '_x900',
    },
    firing: ['ZonewardenHearsNothing', 'ZonewardenQueueSilent'],
  },
  {
    what: 'a message cannot be read',
    series: {
      'zonewarden_queue_messages_total{instance="a:8082",outcome="malformed",fate="deleted"}': '0x50 1x900',
    },
    firing: ['ZonewardenMalformedMessages'],
  },
  {
    what: 'the policy is behind the record',
    series: { 'zonewarden_policy_fallback_generation{instance="a:8082"}': '2x900' },
    firing: ['ZonewardenPolicyFallbackBehind'],
  },
  {
    what: 'the policy is not there',
    series: { 'zonewarden_policy_fallback_present{instance="a:8082"}': '0x900' },
    firing: ['ZonewardenPolicyFallbackAbsent'],
  },
  {
    what: 'the rules cannot be read',
    series: { 'zonewarden_rules_problem{instance="a:8082"}': '1x900' },
    firing: ['ZonewardenRulesUnreadable'],
  },
  {
    what: 'a trouble lasts',
    series: { 'zonewarden_watcher_problems_total{instance="a:8082",part="arc"}': '0+1x900' },
    firing: ['ZonewardenWatcherTroubles'],
  },
  {
    what: 'Nodes cannot be cordoned',
    series: {
      'zonewarden_cordon_actions_total{instance="a:8082",action="cordon",result="failed"}': '0+1x900',
    },
    firing: ['ZonewardenCordonFails'],
  },
  {
    what: 'Nodes stay cordoned',
    series: { 'zonewarden_nodes_cordoned{instance="a:8082",zone_id="use1-az1"}': '7x900' },
    firing: ['ZonewardenNodesStayCordoned'],
  },
  {
    what: 'a zone is impaired and its Nodes are cordoned',
    series: { ...IMPAIRED, 'zonewarden_nodes_cordoned{instance="a:8082",zone_id="use1-az1"}': '7x900' },
    firing: ['ZonewardenZoneImpaired'],
  },
  {
    what: 'a zone is impaired for long',
    series: IMPAIRED,
    firing: ['ZonewardenZoneImpaired', 'ZonewardenZoneImpairedForLong'],
    at: '13h',
  },
  {
    what: 'Nodes of an impaired zone expire',
    series: { ...IMPAIRED, 'zonewarden_expiring_nodes{instance="a:8082",zone_id="use1-az1"}': '2x900' },
    firing: ['ZonewardenNodesExpire', 'ZonewardenZoneImpaired'],
  },
];
