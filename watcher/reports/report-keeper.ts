import { setTimeout as wait } from 'node:timers/promises';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import { createListWatch, type ListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import { codeOf, TroublesTold } from '../policy-fallback/troubles-told.ts';
import {
  type ClusterReport,
  REPORT_LABELS,
  readReport,
  reportContent,
  reportOf,
  type StoredReport,
  timedReport,
} from './cluster-report.ts';
import type { ScannedPool } from './scan-pool.ts';

const FIELD_MANAGER = 'zonewarden-watcher';
const WRITE_TIMEOUT_MS = 5000;
/** How often at the least the API server is asked again for a kind that it does not have. */
const LOOK_AGAIN_MS = 60_000;
/** After a first report of each of hundreds of NodePools others want to write too. */
const BETWEEN_WRITES_MS = 10;

/** `absent`: the CRD is not installed. `unreadable`: there is no right to list them. */
export type ReportsPresence = 'present' | 'absent' | 'unreadable';

export interface ReportKeeperOptions {
  readonly client: KubeClient;
  onPresence(presence: ReportsPresence): void;
  onWrite(result: 'written' | 'failed'): void;
  /** Told once of each kind of trouble until it is over. */
  onProblem(kind: 'watch' | 'write', error: unknown): void;
  /** A report is not what it was written as, or is gone. */
  onChanged(): void;
  now(): number;
}

/** Keeps the stored reports what the last scan said. */
export interface ReportKeeper {
  start(): void;
  stop(): Promise<void>;
  /** Writes the reports that are not what they should be; nothing while the kind is not there. */
  keep(pools: readonly ScannedPool[], signal: AbortSignal): Promise<void>;
}

/** Makes one for a term of the leader, not yet started. */
export function createReportKeeper(options: ReportKeeperOptions): ReportKeeper {
  return new RunningReportKeeper(options);
}

class RunningReportKeeper implements ReportKeeper {
  readonly #options: ReportKeeperOptions;
  readonly #reports: ListWatch<StoredReport>;
  /** As the watch last told, or as the answer to a write did, which the watch repeats. */
  readonly #known = new Map<string, StoredReport>();
  readonly #troubles = new TroublesTold<'watch' | 'write'>();
  /** What was written, and what came back: where these differ, writing it again changes nothing. */
  readonly #written = new Map<string, { readonly wanted: string; readonly came: string }>();
  #presence: ReportsPresence | undefined;

  constructor(options: ReportKeeperOptions) {
    this.#options = options;
    this.#reports = createListWatch({
      client: options.client,
      type: resources.clusterReports,
      query: { labelSelector: selectorOf(REPORT_LABELS) },
      parse: readReport,
      handlers: {
        onSet: (report) => {
          const isNews = this.#known.get(report.name)?.content !== report.content;
          this.#known.set(report.name, report);
          if (isNews) options.onChanged();
        },
        onDelete: ({ name }) => {
          this.#known.delete(name);
          options.onChanged();
        },
        onSync: () => {
          this.#troubles.over('watch');
          this.#is('present');
          options.onChanged();
        },
      },
      onProblem: (problem) => this.#cannotList(problem),
      tuning: { backoffCapMs: LOOK_AGAIN_MS },
    });
  }

  start(): void {
    this.#reports.start();
  }

  stop(): Promise<void> {
    return this.#reports.stop();
  }

  async keep(pools: readonly ScannedPool[], signal: AbortSignal): Promise<void> {
    for (const pool of pools) {
      // Without the kind, or the right, each of hundreds of writes would fail.
      if (signal.aborted || this.#presence !== 'present') return;
      const report = reportOf(pool);
      const wanted = reportContent(report);
      if (this.#stands(report.metadata.name, wanted)) continue;
      await this.#write(report, wanted, signal);
      await wait(BETWEEN_WRITES_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Whether it is stored so, or as the API server makes of it: a CRD that lacks a field drops it at each write. */
  #stands(name: string, wanted: string): boolean {
    const stored = this.#known.get(name)?.content;
    if (stored === wanted) return true;
    const last = this.#written.get(name);
    return stored !== undefined && last?.wanted === wanted && last.came === stored;
  }

  async #write(report: ClusterReport, wanted: string, signal: AbortSignal): Promise<void> {
    const { name } = report.metadata;
    const body = timedReport(report, this.#known.get(name), Math.floor(this.#options.now() / 1000));
    try {
      const after = await this.#options.client.patch(
        resources.clusterReports,
        { name },
        { kind: 'apply', body },
        { fieldManager: FIELD_MANAGER, force: true, timeoutMs: WRITE_TIMEOUT_MS, signal },
      );
      const came = readReport(after);
      this.#known.set(name, came);
      this.#written.set(name, { wanted, came: came.content });
      this.#troubles.over('write');
      this.#options.onWrite('written');
    } catch (error) {
      if (signal.aborted) return;
      if (isNotFound(error)) return this.#is('absent');
      this.#options.onWrite('failed');
      if (this.#troubles.isNew('write', error)) this.#options.onProblem('write', error);
    }
  }

  #cannotList({ kind, error }: ListWatchProblem): void {
    if (kind === 'closed' || kind === 'inactive' || kind === 'gone') return;
    const code = codeOf(error);
    if (code === 'kube.not-found') this.#is('absent');
    if (code === 'kube.forbidden') this.#is('unreadable');
    // That the CRD is not there is no trouble: it is told as what it is.
    if (code !== 'kube.not-found' && this.#troubles.isNew('watch', error))
      this.#options.onProblem('watch', error);
  }

  #is(presence: ReportsPresence): void {
    if (this.#presence === presence) return;
    this.#presence = presence;
    this.#options.onPresence(presence);
  }
}

function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
