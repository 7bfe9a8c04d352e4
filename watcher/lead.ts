import { isNotFound } from '../shared/kube/errors.ts';
import type { Listening } from '../shared/record/shifts-without-event.ts';
import { createDocumentWatch, type DocumentKind } from '../shared/stores/document-watch.ts';
import { CATALOG, POLICY } from '../shared/stores/documents.ts';
import { CLAIMS, FALLBACK, FALLBACK_BINDING, NODES } from '../shared/stores/kinds.ts';
import { createStore, type Kind, type View } from '../shared/stores/store.ts';
import { isTrouble, type StoreProblem } from '../shared/stores/store-problem.ts';
import type { StoreTuning } from '../shared/stores/store-tuning.ts';
import { allControllers } from './controllers/all-controllers.ts';
import type { ArcTruth } from './controllers/arc/arc-truth.ts';
import type { CatalogScene } from './controllers/catalog/keep-catalog.ts';
import { CLUSTER_REPORTS, CLUSTER_REPORTS_TUNING } from './controllers/cluster-reports/cluster-reports.ts';
import { Progress } from './term/progress.ts';
import { runControllers } from './term/run-controllers.ts';
import { Scanned } from './term/scanned.ts';
import type { ProcessScene } from './term/scene.ts';
import { ShiftWork } from './term/shift-work.ts';
import { tellFailures } from './term/tell-failures.ts';

export interface LeadOptions {
  readonly arc: ArcTruth | undefined;
  readonly fetchCatalog: CatalogScene['fetchCatalog'];
  /** Whether reports are kept. */
  readonly reports: boolean;
  readonly debounceMs?: number;
  /** Since when the queue is listened to; `undefined` where none is, or it does not answer. */
  readonly listening?: () => Listening | undefined;
}

/**
 * One term: watches what only the leader looks at, and does all its duties until the signal aborts. Resolves when nothing
 * of it is at work any more.
 */
export async function lead(
  scene: ProcessScene,
  { arc, fetchCatalog, reports: keepsReports, debounceMs, listening = () => undefined }: LeadOptions,
  signal: AbortSignal,
): Promise<void> {
  const watches = termWatches(scene);
  const nodes = watches.counted(NODES, 'nodes');
  const claims = watches.counted(CLAIMS, 'nodeclaims');
  const policies = watches.told(FALLBACK, 'policy-fallback');
  const bindings = watches.told(FALLBACK_BINDING, 'policy-fallback-binding');
  // That the CRD is not there is no trouble: it is told as what it is.
  const optional = { tuning: CLUSTER_REPORTS_TUNING, mayBeAbsent: true };
  const reports = keepsReports ? watches.told(CLUSTER_REPORTS, 'reports', optional) : undefined;
  const policy = watches.document(POLICY, 'policy');
  const catalog = watches.document(CATALOG, 'catalog');
  const shiftWork = new ShiftWork();
  const controllers = allControllers({
    ...scene,
    ...{ nodes, claims, policies, bindings, reports, policy, catalog, arc, fetchCatalog, debounceMs },
    ...{ shiftWork, progress: new Progress(), listening },
    scanned: new Scanned(),
    elapsed: () => performance.now(),
    random: Math.random,
  });
  watches.start();
  await runControllers(controllers, scene.facts.tell, signal, shiftWork);
  await watches.stop();
}

/** Troubles that are told once until something is heard again. */
const TOLD_ONCE = ['list', 'watch', 'unreadable'] as const;

interface ToldOptions {
  readonly tuning?: StoreTuning;
  /** It is no trouble that the API server has no such kind. */
  readonly mayBeAbsent?: boolean;
}

/** Makes what is watched for a term, and starts and ends it. */
function termWatches({ client, namespace, facts: { tell } }: ProcessScene) {
  const parts: { start(): void; stop(): Promise<void> }[] = [];
  const added = <Part extends (typeof parts)[number]>(part: Part): Part => {
    parts.push(part);
    return part;
  };
  const tellTrouble = (part: string, kind: StoreProblem['kind'] | 'unreadable', error: unknown): void => {
    if (kind === 'unreadable' || isTrouble(kind))
      tell('trouble', { part: `${part}-${TOLD_ONCE.find((told) => told === kind) ?? 'watch'}`, error });
  };
  const tellOver = (part: string): void => {
    for (const kind of TOLD_ONCE) tell('trouble', { part: `${part}-${kind}`, error: undefined });
  };
  return {
    /** Each failure is told and counted. */
    counted<V extends View>(kind: Kind<V>, part: string) {
      return added(createStore({ client, kind, onProblem: tellFailures(tell, part) }));
    },
    told<V extends View>(kind: Kind<V>, part: string, options: ToldOptions = {}) {
      const store = createStore({
        client,
        kind,
        tuning: options.tuning,
        onProblem(problem) {
          if (options.mayBeAbsent !== true || !isNotFound(problem.error))
            tellTrouble(part, problem.kind, problem.error);
        },
      });
      // A store also tells that it cannot be listed, or that an object of it cannot be read.
      store.listen(() => {
        if (store.presence === 'present' && store.unjudgeable.length === 0) tellOver(part);
      });
      return added(store);
    },
    document<T>(document: DocumentKind<T>, part: string) {
      const watch = createDocumentWatch({
        client,
        namespace,
        document,
        onProblem: (kind, error) => tellTrouble(part, kind, error),
      });
      watch.listen(() => {
        if (watch.problem() === undefined) tellOver(part);
      });
      return added(watch);
    },
    start() {
      for (const part of parts) part.start();
    },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
