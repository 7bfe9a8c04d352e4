import { type Catalog, describeCatalog } from '../../shared/catalog/catalog.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { WatcherMetrics } from '../metrics.ts';
import type { PolicyWorkOptions } from './policy-work.ts';
import type { ReportsPresence } from './report-keeper.ts';

type Callbacks = Pick<PolicyWorkOptions, 'onScan' | 'onDefect' | 'onProblem' | 'catalog' | 'report'>;

/** What the leader does about policies, as metrics and log lines. */
export function policyReports(sinks: {
  readonly metrics: WatcherMetrics;
  readonly log: Logger;
  problem(part: string, error: unknown): void;
}): {
  readonly callbacks: Callbacks;
  /** Takes back what only a leader can know. */
  forget(): void;
} {
  const { metrics, log, problem } = sinks;
  let lastSaid = '';
  const sees = (catalog: Catalog | undefined): void => {
    metrics.catalogTypes.reset();
    metrics.catalogMade.reset();
    if (catalog === undefined) return;
    const { source, madeAt } = catalog.origin;
    metrics.catalogTypes.set({ source }, catalog.types.length);
    metrics.catalogMade.set({ source }, Date.parse(madeAt) / 1000);
  };
  return {
    callbacks: {
      onScan({ nodePools, findings, durationMs }) {
        metrics.policyScanned.set(nodePools);
        metrics.policyScans.observe(durationMs / 1000);
        metrics.policyFindings.reset();
        for (const { rule, severity, count } of findings)
          metrics.policyFindings.set({ rule, severity }, count);
        const said = JSON.stringify([nodePools, findings]);
        if (said === lastSaid) return;
        lastSaid = said;
        const line = { event: 'policy-scan', nodePools, findings, durationMs: Math.round(durationMs) };
        log.info(line, 'the stored NodePools were judged by the policy');
      },
      onDefect(rule, error) {
        metrics.policyRuleErrors.inc({ rule });
        log.debug({ event: 'policy-scan', rule, error: String(error) }, 'a rule of the policy threw');
      },
      onProblem: (part, error) => problem(`policy-${part}`, error),
      catalog: {
        onCatalog(catalog) {
          sees(catalog);
          const counted = catalog === undefined ? 'the bundled snapshot' : describeCatalog(catalog);
          log.info({ event: 'catalog', catalog: counted }, 'the catalogue of instance types in force');
        },
        onWritten(catalog, reason) {
          metrics.catalogRefreshes.inc({ result: reason });
          if (reason === 'asked') metrics.catalogLastRefresh.setToCurrentTime();
          log.info(
            { event: 'catalog-written', reason, catalog: describeCatalog(catalog) },
            'the catalogue of instance types was written',
          );
        },
        onFailure: (of) => metrics.catalogRefreshes.inc({ result: `${of}-failed` }),
        onProblem: (kind, error) => problem(`catalog-${kind}`, error),
      },
      report: {
        onPresence(presence) {
          metrics.reportsPresent.set(presence === 'present' ? 1 : 0);
          const line = { event: 'reports', presence };
          if (presence === 'present') log.info(line, SAID[presence]);
          else log.warn(line, SAID[presence]);
        },
        onWrite: (result) => metrics.reportWrites.inc({ result }),
        onProblem: (kind, error) => problem(`reports-${kind}`, error),
      },
    },
    forget() {
      sees(undefined);
      metrics.policyFindings.reset();
      metrics.policyScanned.set(0);
      metrics.reportsPresent.set(0);
      lastSaid = '';
    },
  };
}

const SAID: Readonly<Record<ReportsPresence, string>> = {
  present: 'reports of NodePools are kept',
  absent:
    'no report is written: the CRD of ClusterReports (openreports.io/v1alpha1) is not installed; it is looked for again',
  unreadable: 'no report is written: ClusterReports may not be listed; config/components/reports grants it',
};
