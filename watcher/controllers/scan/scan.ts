import { type ScannedPool, scanPool } from '../../../shared/policy/stored/scan-pool.ts';
import type { Controller } from '../../term/controller.ts';
import type { Scanned } from '../../term/scanned.ts';
import type { TermScene } from '../../term/scene.ts';
import { Turns } from '../../term/turns.ts';
import { type InputsScene, ScanInputs } from './scan-inputs.ts';

/** Changes come in bunches: an apply of many files, a policy and its overrides. */
const DEBOUNCE_MS = 2000;
/** Exemptions end at midnight, and zones at their time. */
const SCAN_EVERY_MS = 10 * 60_000;
/** A scan may take a tenth of one core at most: the zones' work comes first in this process. */
const PAUSE_FOR_WORK = 9;
const LONGEST_PAUSE_MS = 60_000;
/** After that what is there is judged by what is known: a right that nobody granted must not end the scans. */
const KNOWN_WAIT_MS = 10_000;

export interface ScanOptions extends InputsScene, Pick<TermScene, 'shiftWork'> {
  readonly scanned: Scanned;
  readonly debounceMs?: number | undefined;
}

/**
 * Judges all stored NodePools when something changes, not at once and not more often than it can be afforded, and each ten
 * minutes. It gives way after each few NodePools, and judges none while NodePools are nudged: a shift that comes meanwhile
 * waits for a moment, not for hundreds of verdicts.
 */
export function createScan(scene: ScanOptions): Controller {
  const { policy, catalog, pools, nodeClasses, record } = scene;
  const scan = new Scan(scene);
  return {
    name: 'policy-scan',
    rank: 'background',
    wokenBy: [policy, catalog, pools, nodeClasses, record],
    reconcile: (signal) => scan.round(signal),
  };
}

class Scan {
  readonly #scene: ScanOptions;
  readonly #inputs: ScanInputs;
  readonly #begunMs = performance.now();
  #scannedMs = Number.NEGATIVE_INFINITY;
  /** When the scan comes for which something has changed. */
  #dueMs: number | undefined;
  #restMs = 0;

  constructor(scene: ScanOptions) {
    this.#scene = scene;
    this.#inputs = new ScanInputs(scene);
  }

  async round(signal: AbortSignal): Promise<{ readonly againInMs: number }> {
    const elapsedMs = performance.now();
    const waitMs = this.#begunMs + KNOWN_WAIT_MS - elapsedMs;
    if (!this.#inputs.areKnown() && waitMs > 0) return { againInMs: waitMs };
    if (!(await this.#inputs.read(signal))) return { againInMs: SCAN_EVERY_MS };
    const nextMs = this.#scannedMs + SCAN_EVERY_MS - elapsedMs;
    if (this.#dueMs === undefined) {
      if (!this.#inputs.haveChanged() && nextMs > 0) return { againInMs: nextMs };
      const debounceMs = this.#scene.debounceMs ?? DEBOUNCE_MS;
      this.#dueMs = elapsedMs + Math.max(debounceMs, Math.min(LONGEST_PAUSE_MS, this.#restMs));
    }
    if (elapsedMs < this.#dueMs) return { againInMs: this.#dueMs - elapsedMs };
    this.#dueMs = undefined;
    await this.#scan(signal);
    return { againInMs: SCAN_EVERY_MS };
  }

  async #scan(signal: AbortSignal): Promise<void> {
    const { facts, scanned, shiftWork } = this.#scene;
    const { pools, scene } = this.#inputs.take((rule, error) => facts.tell('rule-defect', { rule, error }));
    this.#scannedMs = performance.now();
    const judged: ScannedPool[] = [];
    let durationMs = 0;
    const turns = new Turns();
    for (const pool of pools) {
      if (turns.isOver()) await turns.giveWay();
      if (signal.aborted) return;
      const begunMs = performance.now();
      judged.push(scanPool(pool, scene));
      durationMs += performance.now() - begunMs;
      await shiftWork.isDone(signal);
    }
    if (signal.aborted) return;
    this.#restMs = durationMs * PAUSE_FOR_WORK;
    facts.tell('policy-scanned', { durationMs });
    const findings = countedFindings(judged);
    facts.tell('policy-scan', { nodePools: judged.length, findings, durationMs: Math.round(durationMs) });
    scanned.set(judged);
  }
}

function countedFindings(judged: readonly ScannedPool[]) {
  const counted = new Map<string, { readonly rule: string; readonly severity: string; count: number }>();
  for (const { rule, severity } of judged.flatMap(({ findings }) => findings)) {
    const key = `${rule} ${severity}`;
    counted.set(key, { rule, severity, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()];
}
