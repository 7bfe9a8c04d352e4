import type { FactName, FactOf, Told } from '../../../shared/facts/watcher-facts.ts';

type Examples = { readonly [Name in FactName]: readonly [FactOf<Name>, ...FactOf<Name>[]] };

const AT = '2026-11-21T06:00:00Z';
const SOURCE = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };
const IMPAIRED = { id: 'use1-az1', name: 'us-east-1a', state: 'impaired', sources: [SOURCE] };
const HELD = { id: 'use1-az2', state: 'held', sources: [{ ...SOURCE, standing: 'pending' }] };
const ELSEWHERE = {
  id: 'use1-az3',
  state: 'elsewhere',
  use: 'elsewhere',
  why: 'nothing is there',
  sources: [SOURCE],
};
const SIGNAL = {
  change: 'start',
  zoneId: 'use1-az1',
  source: { id: 'autoshift/region', kind: 'autoshift' },
  at: AT,
};
const BROKEN = new Error('it is broken');
const CORDON = {
  action: 'cordon',
  node: 'node-1',
  zoneId: 'use1-az1',
  zone: 'us-east-1a',
  why: 'autoshift',
} as const;

/** For each fact what is told of it, one of each kind of log line at the least, in the order of a watcher's life. */
const EXAMPLES: Examples = {
  message: [
    {
      messageId: 'm-1',
      outcome: 'signals',
      fate: 'deleted',
      type: 'aws.arc A',
      form: 'raw',
      signals: [SIGNAL],
    },
    { messageId: 'm-2', outcome: 'malformed', fate: 'redriven', signals: [], body: '{' },
  ],
  signal: [
    { outcome: 'applied', signal: SIGNAL },
    { outcome: 'ignored', why: 'it is of another cluster', signal: SIGNAL },
    { outcome: 'no-room', why: 'the record has no room for it', signal: SIGNAL },
  ],
  'queue-answered': [{ atMs: Date.parse(AT) }],
  'queue-error': [{ step: 'receive', code: 'queue.kms-denied' }],
  home: [
    { region: 'us-east-1', regionFrom: 'Nodes', account: null, accountFrom: null, doubts: [] },
    { region: 'us-east-1', regionFrom: 'ARN', account: '111122223333', accountFrom: 'ARN', doubts: [] },
    { region: 'us-east-1', regionFrom: 'Nodes', account: null, accountFrom: null, doubts: ['ARC'] },
    { region: null, regionFrom: null, account: null, accountFrom: null, doubts: [] },
  ],
  elsewhere: [{ kind: 'region' }, { kind: 'zone' }, { kind: 'account' }, { kind: 'cluster' }],
  'elsewhere-seen': [
    { kind: 'region', where: 'us-west-2', from: 'event' },
    { kind: 'zone', where: 'usw2-az1', from: 'event' },
    { kind: 'account', where: '222233334444', from: 'event' },
    { kind: 'cluster', where: 'arn:aws:eks:us-east-1:111122223333:cluster/b', from: 'event' },
    { kind: 'zone', where: 'usw2-az1', from: 'arc' },
  ],
  'shift-without-event': [{ zoneId: 'use1-az1', zone: 'us-east-1a', kind: 'autoshift', since: AT }],
  'arc-request': [
    { operation: 'ListAutoshifts', result: 'answered', atMs: Date.parse(AT) },
    { operation: 'ListZonalShifts', result: 'denied', atMs: Date.parse(AT) },
  ],
  arc: [
    { operation: 'ListAutoshifts', trouble: 'denied', error: BROKEN },
    { operation: 'ListAutoshifts', trouble: undefined, error: undefined },
  ],
  'record-written': [{ how: 'replaced', generation: 7, zones: [IMPAIRED, HELD] }],
  'record-conflict': [{}],
  'record-read': [{ generation: 7, zones: [IMPAIRED, HELD, ELSEWHERE] }],
  'record-unreadable': [{ key: 'use1-az1', error: BROKEN }],
  'record-mended': [{ keys: ['use1-az1'] }],
  'record-dropped': [{ zoneId: 'use1-az9', sources: 3 }],
  'record-deleted': [{}],
  'record-rebuilt': [{}],
  'keys-written': [{ changes: [{ part: 'markKeys', what: 'made' }] }],
  zone: [{ type: 'Warning', reason: 'ZoneImpaired', text: 'zone us-east-1a (use1-az1) is impaired' }],
  reach: [{ missing: 'EC2NodeClass default has no subnets in its status' }, {}],
  rules: [{ rules: { scope: 'region' } }],
  'rules-problem': [{ isProblem: true }, { isProblem: false }],
  'zone-names': [{ zoneId: 'use1-az1', names: ['us-east-1a', 'us-east-1b'], from: ['Node a'] }],
  'zone-names-learned': [{ from: 'EC2' }],
  leading: [
    { leading: true, lease: 'zonewarden-watcher', identity: 'pod-1' },
    { leading: false, lease: 'zonewarden-watcher', identity: 'pod-1' },
  ],
  nudge: [
    { nodePool: 'web', result: 'changed' },
    { nodePool: 'web', result: 'unsettled' },
    { nodePool: 'web', result: 'failed' },
    { nodePool: 'web', result: 'gone' },
  ],
  settled: [{ generation: 7, unsettled: 1, ahead: 2 }],
  stuck: [{ nodePools: ['web'] }],
  unjudgeable: [{ nodePools: ['heavy'] }],
  protected: [{ generation: 7, receivedAt: AT, durationMs: 250 }],
  recovered: [{ zoneId: 'use1-az1', why: 'nothing-drifted' }],
  'node-written': [
    { ...CORDON, result: 'done' },
    { ...CORDON, result: 'conflict' },
    { ...CORDON, result: 'gone' },
    { ...CORDON, result: 'failed' },
    { ...CORDON, action: 'uncordon', result: 'done' },
    { ...CORDON, action: 'forget', result: 'done' },
    { ...CORDON, action: 'hold', result: 'done' },
    { ...CORDON, action: 'release', result: 'done' },
  ],
  'nodes-cordoned': [{ counts: [{ zoneId: 'use1-az1', count: 3 }] }],
  'nodes-held': [{ counts: [{ zoneId: 'use1-az1', count: 3 }] }],
  'pools-thawed': [{ counts: [{ zoneId: 'use1-az1', count: 2 }] }],
  thawed: [
    { zoneId: 'use1-az1', zone: 'us-east-1a', nodePools: 2, waiting: { nodes: 1 } },
    { zoneId: 'use1-az1', zone: 'us-east-1a', nodePools: 3, waiting: {} },
  ],
  shadow: [
    {
      ...{ zoneId: 'use1-az1', zone: 'us-east-1a', sources: ['practice-run'], nodePools: 4, changed: 1 },
      ...{ names: ['web'], withoutZone: [], noRoom: [] },
    },
  ],
  expiring: [{ nodeClaim: 'web-1', node: 'node-1', zoneId: 'use1-az1', zone: 'us-east-1a', at: AT }],
  'expiring-nodes': [{ counts: [{ zoneId: 'use1-az1', count: 2 }] }],
  reconciled: [{ controller: 'settle', durationMs: 250 }],
  failure: [{ part: 'nudge', error: BROKEN }],
  trouble: [
    { part: 'catalog-ec2', error: BROKEN },
    { part: 'catalog-ec2', error: undefined },
  ],
  'policy-fallback': [
    { presence: 'present', generation: 7 },
    { presence: 'absent', generation: null },
    { presence: 'unreadable', generation: null },
    { result: 'written', generation: 7 },
    { result: 'conflict', generation: 7 },
    { leftOut: 3 },
    { leftOut: 0 },
  ],
  'policy-binding': [
    { binding: 'denies', from: null },
    { binding: 'audits', from: 'denies' },
    { binding: 'absent', from: 'audits' },
  ],
  'policy-scan': [
    { nodePools: 4, findings: [{ rule: 'spot-only', severity: 'warn', count: 2 }], durationMs: 12 },
  ],
  'policy-scanned': [{ durationMs: 12 }],
  'rule-defect': [{ rule: 'spot-only', error: BROKEN }],
  catalog: [
    { catalog: 'the bundled snapshot' },
    { catalog: "EC2's API of 2026-11-21, 900 types", source: 'ec2', types: 900, madeAt: AT },
  ],
  'catalog-written': [{ reason: 'asked', catalog: "EC2's API of 2026-11-21, 900 types" }],
  'catalog-failure': [{ of: 'ec2' }],
  reports: [{ presence: 'present' }, { presence: 'absent' }, { presence: 'unreadable' }],
  'report-written': [{ result: 'written' }],
};

/** Every fact, and everything of which it has words of its own. */
export const exampleFacts: readonly Told[] = Object.entries(EXAMPLES).flatMap(([name, facts]) =>
  facts.map((fact) => ({ name, fact }) as Told),
);

/** Those of one name. */
export function examplesOf<Name extends FactName>(name: Name): Examples[Name] {
  return EXAMPLES[name];
}
