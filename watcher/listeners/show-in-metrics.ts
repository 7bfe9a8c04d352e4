import type { FactListener } from '../../shared/facts/facts.ts';
import type { FactName, FactOf, Told } from '../../shared/facts/watcher-facts.ts';
import type { WatcherMetrics } from './watcher-metrics.ts';

type Show = { readonly [Name in FactName]?: (metrics: WatcherMetrics, fact: FactOf<Name>) => void };

/** What becomes of each fact; those that are not here are in the log alone. */
const SHOWN: Show = {
  message(metrics, { outcome, fate, type }) {
    metrics.messages.inc({ outcome, fate });
    if (type !== undefined) metrics.events.inc({ type });
  },
  signal: (metrics, { outcome }) => metrics.signals.inc({ outcome }),
  'queue-answered': (metrics, { atMs }) => metrics.lastReceive.set(atMs / 1000),
  'queue-error': (metrics, { step, code }) => metrics.queueErrors.inc({ step, code }),
  elsewhere: (metrics, { kind }) => metrics.elsewhere.inc({ kind }),
  'shift-without-event': (metrics) => metrics.shiftsWithoutEvent.inc(),
  'arc-request'(metrics, { operation, result, atMs }) {
    metrics.arcRequests.inc({ operation, result });
    if (result === 'answered') metrics.arcLastAnswer.set({ operation }, atMs / 1000);
  },
  'record-written': (metrics, { how }) => metrics.recordWrites.inc({ how }),
  'record-dropped': (metrics, { sources }) => metrics.recordDropped.inc(sources),
  'record-conflict': (metrics) => metrics.recordWrites.inc({ how: 'conflict' }),
  'record-read'(metrics, { generation, zones }) {
    metrics.setGeneration.set(generation);
    metrics.zoneSources.reset();
    metrics.heldBack.set(zones.filter(({ state }) => state === 'held').length);
    metrics.zoneUse.reset();
    for (const { id, name = '', use, sources } of zones) {
      if (use !== undefined) metrics.zoneUse.set({ zone_id: id, zone: name, use }, 1);
      for (const { kind, standing } of sources)
        metrics.zoneSources.inc({ zone_id: id, kind, standing: standing ?? 'counts' });
    }
  },
  reach: (metrics, { missing }) => metrics.reachKnown.set(missing === undefined ? 1 : 0),
  'rules-problem': (metrics, { isProblem }) => metrics.rulesProblem.set(isProblem ? 1 : 0),
  leading: (metrics, { leading }) => metrics.leader.set(leading ? 1 : 0),
  nudge: (metrics, { result }) => metrics.nudges.inc({ result }),
  settled: (metrics, { unsettled, ahead }) => metrics.unsettled.set(unsettled + ahead),
  stuck: (metrics, { nodePools }) => metrics.stuck.set(nodePools.length),
  unjudgeable: (metrics, { nodePools }) => metrics.unjudgeable.set(nodePools.length),
  protected: (metrics, { durationMs }) => metrics.timeToProtect.observe(durationMs / 1000),
  'node-written': (metrics, { action, result }) => metrics.cordonActions.inc({ action, result }),
  'nodes-cordoned': (metrics, { counts }) => setByZone(metrics.cordoned, counts),
  'nodes-held': (metrics, { counts }) => setByZone(metrics.held, counts),
  'pools-thawed': (metrics, { counts }) => setByZone(metrics.thawed, counts),
  'expiring-nodes': (metrics, { counts }) => setByZone(metrics.expiring, counts),
  reconciled: (metrics, { controller, durationMs }) =>
    metrics.reconciles.observe({ controller }, durationMs / 1000),
  failure: (metrics, { part }) => metrics.problems.inc({ part }),
  trouble(metrics, { part, error }) {
    if (error !== undefined) metrics.problems.inc({ part });
  },
  'policy-fallback'(metrics, { result, presence, generation }) {
    if (result !== undefined) metrics.fallbackWrites.inc({ result });
    if (presence === undefined) return;
    metrics.fallbackPresent.set(presence === 'present' ? 1 : 0);
    metrics.fallbackGeneration.set(generation ?? 0);
  },
  'policy-binding': (metrics, { binding }) => metrics.fallbackEnforced.set(binding === 'denies' ? 1 : 0),
  'policy-scanned': (metrics, { durationMs }) => metrics.policyScans.observe(durationMs / 1000),
  'policy-scan'(metrics, { nodePools, findings }) {
    metrics.policyScanned.set(nodePools);
    metrics.policyFindings.reset();
    for (const { rule, severity, count } of findings) metrics.policyFindings.set({ rule, severity }, count);
  },
  'rule-defect': (metrics, { rule }) => metrics.policyRuleErrors.inc({ rule }),
  catalog(metrics, { source, types, madeAt }) {
    metrics.catalogTypes.reset();
    metrics.catalogMade.reset();
    if (source === undefined || madeAt === undefined) return;
    metrics.catalogTypes.set({ source }, types ?? 0);
    metrics.catalogMade.set({ source }, Date.parse(madeAt) / 1000);
  },
  'catalog-written'(metrics, { reason }) {
    metrics.catalogRefreshes.inc({ result: reason });
    if (reason === 'asked') metrics.catalogLastRefresh.setToCurrentTime();
  },
  'catalog-failure': (metrics, { of }) => metrics.catalogRefreshes.inc({ result: `${of}-failed` }),
  reports: (metrics, { presence }) => metrics.reportsPresent.set(presence === 'present' ? 1 : 0),
  'report-written': (metrics, { result }) => metrics.reportWrites.inc({ result }),
};

/** Zones that are not counted any more have no series. */
function setByZone(
  gauge: WatcherMetrics['held'],
  counts: readonly { readonly zoneId: string; readonly count: number }[],
): void {
  gauge.reset();
  for (const { zoneId, count } of counts) gauge.set({ zone_id: zoneId }, count);
}

function show<Name extends FactName>(metrics: WatcherMetrics, { name, fact }: Told<Name>): void {
  SHOWN[name]?.(metrics, fact);
}

/** Shows facts as metrics, and takes back what only a leader can know. */
export function showInMetrics(metrics: WatcherMetrics): FactListener {
  return {
    hear: (told) => show(metrics, told),
    leftTerm() {
      for (const gauge of [
        metrics.cordoned,
        metrics.held,
        metrics.thawed,
        metrics.expiring,
        metrics.catalogTypes,
        metrics.catalogMade,
        metrics.policyFindings,
      ])
        gauge.reset();
      for (const gauge of [
        metrics.stuck,
        metrics.unjudgeable,
        metrics.fallbackPresent,
        metrics.fallbackEnforced,
        metrics.fallbackGeneration,
        metrics.policyScanned,
        metrics.reportsPresent,
      ])
        gauge.set(0);
    },
  };
}
