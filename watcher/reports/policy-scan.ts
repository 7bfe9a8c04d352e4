import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { FindingSeverity } from '../../shared/policy/core/severity.ts';
import { createTriggeredRounds } from '../rounds/triggered-rounds.ts';
import type { ReportKeeper } from './report-keeper.ts';
import { type ScannedPool, type ScanScene, type StoredPool, scanPool } from './scan-pool.ts';

/** Changes come in bunches: an apply of many files, a policy and its overrides. */
const DEBOUNCE_MS = 2000;
/** Exemptions end at midnight, and zones at their time. */
const SCAN_EVERY_MS = 10 * 60_000;
/** A scan may take a tenth of one core at most: the zones' work comes first in this process. */
const PAUSE_FOR_WORK = 9;
const LONGEST_PAUSE_MS = 60_000;

/** What a scan found, all NodePools together. */
export interface ScanTotals {
  readonly nodePools: number;
  readonly findings: readonly { readonly rule: string; readonly severity: FindingSeverity; count: number }[];
  readonly durationMs: number;
}

export interface PolicyScanOptions {
  /** Resolves when policy, catalogue and objects were read, or when waiting longer is of no use. */
  known(signal: AbortSignal): Promise<void>;
  pools(): readonly StoredPool[];
  scene(): ScanScene;
  /** Where reports are kept; told of each scan, and again when a report is not what it was. */
  readonly reports: Pick<ReportKeeper, 'keep'> | undefined;
  onScan(totals: ScanTotals): void;
  onProblem(error: unknown): void;
  readonly debounceMs?: number;
}

/** Judges all stored NodePools, again and again. */
export interface PolicyScan {
  /** Something that a verdict depends on has changed. */
  trigger(): void;
  /** A report is not what the last scan said. */
  triggerReports(): void;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Scans when something changes, not at once and not more often than it can be afforded, and each ten minutes. One NodePool
 * a turn of the event loop: a shift that comes meanwhile waits for one verdict, not for hundreds.
 */
export function createPolicyScan(options: PolicyScanOptions): PolicyScan {
  let isStale = true;
  let scanned: readonly ScannedPool[] = [];
  let restMs = 0;
  const round = async (signal: AbortSignal): Promise<void> => {
    const pauseMs = Math.max(options.debounceMs ?? DEBOUNCE_MS, Math.min(LONGEST_PAUSE_MS, restMs));
    await wait(pauseMs, undefined, { signal });
    if (isStale) {
      isStale = false;
      const begunMs = performance.now();
      scanned = await scanAll(options, signal);
      const durationMs = performance.now() - begunMs;
      restMs = durationMs * PAUSE_FOR_WORK;
      if (!signal.aborted) options.onScan({ ...totalsOf(scanned), durationMs });
    }
    await options.reports?.keep(scanned, signal);
  };
  const rounds = createTriggeredRounds(
    () => async (signal) => {
      try {
        await round(signal);
      } catch (error) {
        if (!signal.aborted) options.onProblem(error);
      }
      return () => SCAN_EVERY_MS;
    },
    options.onProblem,
  );
  const trigger = (): void => {
    isStale = true;
    rounds.trigger();
  };
  return {
    trigger,
    triggerReports: () => rounds.trigger(),
    async run(signal) {
      await options.known(signal);
      if (signal.aborted) return;
      const ticking = setInterval(trigger, SCAN_EVERY_MS);
      await rounds.run(signal);
      clearInterval(ticking);
    },
  };
}

async function scanAll(options: PolicyScanOptions, signal: AbortSignal): Promise<ScannedPool[]> {
  const scene = options.scene();
  const scanned: ScannedPool[] = [];
  for (const pool of options.pools()) {
    if (signal.aborted) break;
    scanned.push(scanPool(pool, scene));
    await nextTurn();
  }
  return scanned;
}

function totalsOf(scanned: readonly ScannedPool[]): Omit<ScanTotals, 'durationMs'> {
  const findings = new Map<
    string,
    { readonly rule: string; readonly severity: FindingSeverity; count: number }
  >();
  for (const { rule, severity } of scanned.flatMap((pool) => pool.findings)) {
    const key = `${rule} ${severity}`;
    const known = findings.get(key);
    findings.set(key, { rule, severity, count: (known?.count ?? 0) + 1 });
  }
  return { nodePools: scanned.length, findings: [...findings.values()] };
}
