import { setTimeout as wait } from 'node:timers/promises';
import { isNotFound, retryAfterMs } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { ScannedPool } from '../../../shared/policy/stored/scan-pool.ts';
import type { Kind, Store } from '../../../shared/stores/store.ts';
import { WATCHER_FIELD_MANAGER } from '../../../shared/views/node.ts';
import type { Controller } from '../../term/controller.ts';
import type { Scanned } from '../../term/scanned.ts';
import type { TermScene } from '../../term/scene.ts';
import { Turns } from '../../term/turns.ts';
import {
  type ClusterReport,
  REPORT_LABELS,
  readReport,
  reportContent,
  reportOf,
  type StoredReport,
  timedReport,
} from './cluster-report.ts';

const WRITE_TIMEOUT_MS = 5000;
/** After a first report of each of hundreds of NodePools others want to write too. */
const BETWEEN_WRITES_MS = 10;
const LOOK_EVERY_MS = 10 * 60_000;
/** A write that failed is tried again after so long. */
const RETRY_MS = 5000;
/** A watch that tells nothing of a write for so long has missed it. */
const HEARD_WITHIN_MS = 60_000;

export const CLUSTER_REPORTS: Kind<StoredReport> = {
  type: resources.clusterReports,
  select: {
    labelSelector: Object.entries(REPORT_LABELS)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  },
  read: readReport,
};

/** How often at the least the API server is asked again for a kind that it does not have. */
export const CLUSTER_REPORTS_TUNING = { backoffCapMs: 60_000 };

export interface ClusterReportsScene extends Pick<TermScene, 'client' | 'facts' | 'now'> {
  readonly scanned: Scanned;
  readonly reports: Store<StoredReport>;
}

/** Keeps the stored reports what the last scan said: writes those that are not, nothing while the kind is not there. */
export function createClusterReports(scene: ClusterReportsScene): Controller {
  const { scanned, reports } = scene;
  const keeper = new ReportKeeper(scene);
  return {
    name: 'reports',
    rank: 'background',
    wokenBy: [scanned, reports],
    async reconcile(signal) {
      keeper.tellPresence();
      const isKept = await keeper.keep(scanned.pools ?? [], signal);
      return { againInMs: isKept ? LOOK_EVERY_MS : RETRY_MS };
    },
  };
}

class ReportKeeper {
  readonly #scene: ClusterReportsScene;
  /** What was written, and what came back: where these differ, writing it again changes nothing. */
  readonly #written = new Map<string, { readonly wanted: string; readonly came: StoredReport }>();
  /** Writes that the store has told nothing of, with what it had before: a look meanwhile must not repeat them. */
  readonly #unheard = new Map<string, { readonly before: StoredReport | undefined; readonly atMs: number }>();

  /** What the server asked for at the last write that failed: all of them wait, because it speaks of itself. */
  #askedForMs = 0;
  /** A write said that the kind is gone; the store finds that out when its watch has ended. */
  #isGone = false;

  constructor(scene: ClusterReportsScene) {
    this.#scene = scene;
    scene.reports.listen(() => {
      this.#isGone = false;
      for (const [name, { before }] of this.#unheard)
        if (scene.reports.get(name) !== before) this.#unheard.delete(name);
    });
  }

  tellPresence(): void {
    const { reports, facts } = this.#scene;
    const said = { present: 'present', absent: 'absent', refused: 'unreadable' } as const;
    if (reports.presence === 'unknown') return;
    facts.tell('reports', { presence: this.#isGone ? 'absent' : said[reports.presence] });
  }

  /** Whether all that could be written was. */
  async keep(pools: readonly ScannedPool[], signal: AbortSignal): Promise<boolean> {
    let isKept = true;
    const turns = new Turns();
    const names = new Set<string>();
    for (const pool of pools) {
      if (turns.isOver()) await turns.giveWay();
      // Without the kind, or the right, each of hundreds of writes would fail.
      if (signal.aborted || this.#isGone || this.#scene.reports.presence !== 'present') return true;
      const report = reportOf(pool);
      const wanted = reportContent(report);
      names.add(report.metadata.name);
      if (this.#stands(report.metadata.name, wanted)) continue;
      isKept = (await this.#write(report, wanted, signal)) && isKept;
      const pauseMs = Math.max(BETWEEN_WRITES_MS, this.#askedForMs);
      this.#askedForMs = 0;
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    this.#keepOnly(names);
    return isKept;
  }

  /** Forgets reports of NodePools that are gone: whoever makes one name after another must not fill the memory. */
  #keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#written.keys()) if (!names.has(name)) this.#written.delete(name);
    for (const name of this.#unheard.keys()) if (!names.has(name)) this.#unheard.delete(name);
  }

  /** Whether it is stored so, or as the API server makes of it: a CRD that lacks a field drops it at each write. */
  #stands(name: string, wanted: string): boolean {
    const stored = this.#stored(name)?.content;
    const last = this.#written.get(name);
    return (
      stored !== undefined && (stored === wanted || (last?.wanted === wanted && last.came.content === stored))
    );
  }

  /** As the store told last, or as the answer to a write did, which the store repeats. */
  #stored(name: string): StoredReport | undefined {
    const unheard = this.#unheard.get(name);
    const isNewer = unheard !== undefined && performance.now() - unheard.atMs < HEARD_WITHIN_MS;
    return isNewer ? this.#written.get(name)?.came : this.#scene.reports.get(name);
  }

  /** Whether it need not be tried again soon. */
  async #write(report: ClusterReport, wanted: string, signal: AbortSignal): Promise<boolean> {
    const { client, reports, facts, now } = this.#scene;
    const { name } = report.metadata;
    const before = reports.get(name);
    const body = timedReport(report, this.#stored(name), Math.floor(now() / 1000));
    try {
      const after = await client.patch(
        resources.clusterReports,
        { name },
        { kind: 'apply', body },
        { fieldManager: WATCHER_FIELD_MANAGER, force: true, timeoutMs: WRITE_TIMEOUT_MS, signal },
      );
      this.#written.set(name, { wanted, came: readReport(after) });
      if (reports.get(name) === before) this.#unheard.set(name, { before, atMs: performance.now() });
      else this.#unheard.delete(name);
    } catch (error) {
      if (signal.aborted) return false;
      if (isNotFound(error)) {
        this.#isGone = true;
        this.tellPresence();
        return true;
      }
      this.#askedForMs = retryAfterMs(error);
      facts.tell('report-written', { result: 'failed' });
      facts.tell('trouble', { part: 'reports-write', error });
      return false;
    }
    facts.tell('trouble', { part: 'reports-write', error: undefined });
    facts.tell('report-written', { result: 'written' });
    return true;
  }
}
