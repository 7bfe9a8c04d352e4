import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { sameJson } from '../../shared/json/same-json.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import { isTrouble } from '../../shared/kube/list-watch.ts';
import type { Surroundings } from '../../shared/policy/core/surroundings.ts';
import { effectiveAt, type ImpairedRecord } from '../../shared/record/impaired-record.ts';
import { createPolicyWatch } from '../../shared/stores/policy-watch.ts';
import {
  type CatalogKeeper,
  type CatalogKeeperOptions,
  createCatalogKeeper,
} from '../catalog/catalog-keeper.ts';
import { TroublesTold } from '../policy-fallback/troubles-told.ts';
import { createPolicyScan, type PolicyScan, type PolicyScanOptions } from './policy-scan.ts';
import { createReportKeeper, type ReportKeeperOptions } from './report-keeper.ts';
import { createStoredObjects } from './stored-objects.ts';

/** After that what is there is judged by what is known: a right that nobody granted must not end the scans. */
const KNOWN_WAIT_MS = 10_000;

type Trouble = 'policy' | 'policy-unreadable' | 'nodepools' | 'nodeclasses';

export interface PolicyWorkOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Where EC2 may be asked for instance types: asks it. */
  readonly fetchCatalog: CatalogKeeperOptions['fetch'] | undefined;
  /** Whether reports are kept. */
  readonly reports: boolean;
  record(): ImpairedRecord | undefined;
  now(): number;
  readonly onScan: PolicyScanOptions['onScan'];
  onDefect(rule: string, error: unknown): void;
  /** Told once of each kind of trouble until it is over. */
  onProblem(part: Trouble | 'scan', error: unknown): void;
  readonly catalog: Pick<CatalogKeeperOptions, 'onCatalog' | 'onWritten' | 'onFailure' | 'onProblem'>;
  readonly report: Pick<ReportKeeperOptions, 'onPresence' | 'onWrite' | 'onProblem'>;
  readonly debounceMs?: number;
}

/** What the leader does about policies: keeps the catalogue, judges what is stored, reports it. */
export interface PolicyWork {
  /** The record of impaired zones was read. */
  sawRecord(record: ImpairedRecord): void;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Makes it, not yet running. Nothing of it is cached between two terms: what was seen in an earlier one may be old. */
export function createPolicyWork(options: PolicyWorkOptions): PolicyWork {
  let scan: PolicyScan | undefined;
  let told: object | undefined;
  return {
    sawRecord(record) {
      const zones = zonesOf(record, options.now());
      if (sameJson(zones, told)) return;
      told = zones;
      scan?.trigger();
    },
    async run(signal) {
      const term = termOf(options);
      scan = term.scan;
      await term.run(signal);
      scan = undefined;
    },
  };
}

function termOf(options: PolicyWorkOptions) {
  const { client, namespace } = options;
  const troubles = new TroublesTold<Trouble>();
  const tell = (part: Trouble, error: unknown): void => {
    if (troubles.isNew(part, error)) options.onProblem(part, error);
  };
  const changed = (): void => scan.trigger();
  const policy = createPolicyWatch({
    client,
    namespace,
    onPolicy() {
      troubles.over('policy');
      troubles.over('policy-unreadable');
      changed();
    },
    onProblem(kind, error) {
      if (kind === 'unreadable') tell('policy-unreadable', error);
      else if (isTrouble(kind)) tell('policy', error);
    },
  });
  const objects = createStoredObjects({
    client,
    onChange: changed,
    onProblem(part, { kind, error }) {
      // Auto Mode has no EC2NodeClasses: who learns zone names from them says so.
      if (isTrouble(kind) && !isNotFound(error)) tell(part, error);
    },
  });
  const keeper = createCatalogKeeper(
    {
      ...options.catalog,
      client,
      namespace,
      fetch: (signal) => options.fetchCatalog?.(signal) ?? Promise.reject(new Error('EC2 is not asked')),
      onCatalog(catalog) {
        options.catalog.onCatalog(catalog);
        changed();
      },
      now: options.now,
      elapsed: () => performance.now(),
      random: Math.random,
    },
    options.fetchCatalog !== undefined,
  );
  const reports = options.reports
    ? createReportKeeper({
        ...options.report,
        client,
        now: options.now,
        onChanged: () => scan.triggerReports(),
      })
    : undefined;
  const scan = createPolicyScan({
    async known(signal) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(KNOWN_WAIT_MS)]);
      const all = [policy.whenKnown(limit), objects.whenKnown(limit), keeper.whenKnown(limit)];
      await Promise.allSettled(all);
    },
    pools: objects.pools,
    scene: () => ({
      around: surroundingsOf(options, objects, keeper),
      policy: policy.current(),
      nowMs: options.now(),
      onDefect: options.onDefect,
    }),
    reports,
    onScan: options.onScan,
    onProblem: (error) => options.onProblem('scan', error),
    ...(options.debounceMs === undefined ? {} : { debounceMs: options.debounceMs }),
  });
  return {
    scan,
    async run(signal: AbortSignal): Promise<void> {
      policy.start();
      objects.start();
      reports?.start();
      await Promise.all([keeper.run(signal), scan.run(signal)]);
      await Promise.all([policy.stop(), objects.stop(), reports?.stop()]);
    },
  };
}

function surroundingsOf(
  options: PolicyWorkOptions,
  objects: ReturnType<typeof createStoredObjects>,
  keeper: Pick<CatalogKeeper, 'current'>,
): Surroundings {
  const record = options.record();
  const zones = record === undefined ? undefined : zonesOf(record, options.now());
  return {
    catalog: keeper.current() ?? bundledCatalog(),
    nodeClasses: objects.nodeClasses(),
    knowsAllNodeClasses: objects.knowsAllNodeClasses(),
    checkedByApiServer: true,
    nodePools: objects.pools().map(({ facts }) => facts),
    zones: zones?.used ?? [],
    impaired: zones?.impaired ?? [],
  };
}

/** What verdicts depend on in the record. */
function zonesOf(record: ImpairedRecord, nowMs: number) {
  const impaired = effectiveAt(record, nowMs).zones.filter(({ state }) => state === 'impaired');
  return {
    used: Object.entries(record.used ?? {}).map(([id, name]) => ({ id, name })),
    impaired: impaired.map(({ id, name = '' }) => ({ id, name })),
  };
}
