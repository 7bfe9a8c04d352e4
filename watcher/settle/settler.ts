import type { EnforcementSettings } from '../../shared/enforcement/settings.ts';
import { stateOfPool } from '../../shared/enforcement/standing.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ImpairedSet } from '../../shared/record/impaired-set.ts';
import { type NodePoolView, nodePoolSchema } from '../../shared/views/node-pool.ts';
import { createTriggeredRounds, type TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { NudgeAttempts } from './nudge-attempts.ts';

/** On 2 cores, 500 nudges took 4.5 s one at a time, 2.7 s with 8 side by side, and no less with 32. */
const CONCURRENCY = 8;

/** A look at all NodePools now and then, whatever was or was not heard. */
const RESYNC_MS = 30_000;

/** `changed`: the nudge was a write, and what came back is settled. `unsettled`: the webhook has not followed yet. */
export type NudgeResult = 'changed' | 'unsettled' | 'failed' | 'gone';

export interface SettlerOptions {
  readonly client: Pick<KubeClient, 'patch'>;
  readonly settings: EnforcementSettings;
  /** All NodePools as last seen. */
  pools(): readonly NodePoolView[];
  /** The set in force; `undefined` while it is not known, and nothing is nudged then. */
  set(): ImpairedSet | undefined;
  onNudge(name: string, result: NudgeResult, error?: unknown): void;
  /** Told after each round. */
  onRound(round: { readonly generation: number; readonly unsettled: number; readonly ahead: number }): void;
  /** A round has thrown; there will be another. */
  onProblem(error: unknown): void;
}

/**
 * Makes every NodePool what the set asks for, by nudging those that are not: an empty merge patch, which makes
 * admission run again and leaves ownership of every field where it is. What comes back is read and judged; a
 * NodePool that is still not settled (its webhook replica has not heard of the set yet, or is away) is nudged
 * again after a back-off, for ever. Level-triggered: what it remembers is when to try again, so that it may be killed.
 */
export function createSettler(options: SettlerOptions): TriggeredRounds {
  return createTriggeredRounds(() => {
    const attempts = new NudgeAttempts();
    return async (signal) => {
      const nextMs = await round(options, attempts, signal);
      return () => Math.min(nextMs, RESYNC_MS);
    };
  }, options.onProblem);
}

/** One look at all NodePools; returns in how many milliseconds the next one is due, whatever happens until then. */
async function round(options: SettlerOptions, attempts: NudgeAttempts, signal: AbortSignal): Promise<number> {
  const set = options.set();
  if (set === undefined) return RESYNC_MS;
  const { generation } = set;
  const states = options.pools().map((pool) => ({ pool, state: stateOfPool(pool, set, options.settings) }));
  const unsettled = states.filter(({ state }) => state === 'unsettled').map(({ pool }) => pool);
  const ahead = states.filter(({ state }) => state === 'ahead').length;
  attempts.keepOnly(unsettled.map(nameOf));
  const waiting = unsettled.filter((pool) => attempts.isDue(nameOf(pool), generation));
  let left = unsettled.length - waiting.length;
  const work = async (): Promise<void> => {
    for (let pool = waiting.shift(); pool !== undefined && !signal.aborted; pool = waiting.shift()) {
      const isSettled = await nudge(options, pool, set, signal);
      attempts.note(nameOf(pool), generation, isSettled);
      if (!isSettled) left += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  options.onRound({ generation, unsettled: left, ahead });
  return attempts.nextMs(ahead > 0);
}

function nameOf(pool: NodePoolView): string {
  return pool.metadata.name ?? '';
}

/** Whether the NodePool is settled afterwards. */
async function nudge(
  options: SettlerOptions,
  pool: NodePoolView,
  set: ImpairedSet,
  signal: AbortSignal,
): Promise<boolean> {
  const name = nameOf(pool);
  try {
    const after = await options.client.patch(
      resources.nodePools,
      { name },
      { kind: 'merge', body: {} },
      { signal },
    );
    const settled = stateOfPool(nodePoolSchema.parse(after), set, options.settings) === 'settled';
    options.onNudge(name, settled ? 'changed' : 'unsettled');
    return settled;
  } catch (error) {
    if (signal.aborted) return false;
    options.onNudge(name, isNotFound(error) ? 'gone' : 'failed', error);
    return isNotFound(error);
  }
}
