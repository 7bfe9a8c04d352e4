import type { KubeClient } from '../../shared/kube/client.ts';
import type { ImpairedSet } from '../../shared/record/impaired-set.ts';
import { ZONE_ID_PATTERN } from '../../shared/record/zone-keys.ts';
import { type CordonAction, planCordon } from '../../shared/standstill/plan-cordon.ts';
import type { NodeWrite } from '../../shared/stores/write-node.ts';
import { writeNode } from '../../shared/stores/write-node.ts';
import type { NodeView } from '../../shared/views/node.ts';
import { createTriggeredRounds, type TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { NodeAttempts } from './node-attempts.ts';

const CONCURRENCY = 16;

/** A look at all Nodes now and then, whatever was or was not heard: retries, and releases that only time brings. */
const TICK_MS = 1000;

/** How many Nodes are cordoned by us, by zone ID. */
export type CordonedCounts = ReadonlyMap<string, number>;

export interface CordonerOptions {
  readonly client: Pick<KubeClient, 'patch'>;
  /** The option `--cordon`. */
  readonly cordon: boolean;
  /** All Nodes as last seen; `undefined` while they are not known. */
  nodes(): readonly NodeView[] | undefined;
  /** Names of the NodePools that are exempt: their Nodes are not cordoned. */
  exemptPools(): ReadonlySet<string>;
  /** The set in force; `undefined` while it is not known, and nothing is written then. */
  set(): ImpairedSet | undefined;
  /** Whether the set of that generation has reached the NodePools. */
  isReleased(generation: number): boolean;
  now(): number;
  onAction(action: CordonAction, result: NodeWrite, error?: unknown): void;
  /** Told after each look at all Nodes. */
  onRound(round: { readonly generation: number; readonly cordoned: CordonedCounts }): void;
  /** A round has thrown; there will be another. */
  onProblem(error: unknown): void;
}

/**
 * Cordons the Nodes of impaired zones, and takes back what is ours when a zone is gone. What a write could not do is
 * done by a later look; nothing is remembered but when to ask again, so that it may be killed at any point.
 */
export function createCordoner(options: CordonerOptions): TriggeredRounds {
  return createTriggeredRounds(() => {
    const attempts = new NodeAttempts();
    return async (signal) => {
      await round(options, attempts, signal);
      return () => TICK_MS;
    };
  }, options.onProblem);
}

async function round(options: CordonerOptions, attempts: NodeAttempts, signal: AbortSignal): Promise<void> {
  const set = options.set();
  const nodes = options.nodes();
  if (set === undefined || nodes === undefined) return;
  attempts.keepOnly(nodes);
  const settings = {
    cordon: options.cordon,
    released: options.isReleased(set.generation),
    exemptPools: options.exemptPools(),
  };
  const waiting = planCordon(nodes, set, settings).filter(({ node }) => attempts.mayTry(node, options.now()));
  // A set that changed meanwhile may want the opposite.
  const holds = () => !signal.aborted && options.set()?.generation === set.generation;
  const work = async (): Promise<void> => {
    for (let action = waiting.shift(); action !== undefined && holds(); action = waiting.shift()) {
      const { result, error } = await writeNode(options.client, action, signal);
      if (signal.aborted && result === 'failed') return;
      attempts.note(action.node, result, options.now());
      options.onAction(action, result, error);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  if (holds())
    options.onRound({ generation: set.generation, cordoned: countCordoned(options.nodes() ?? nodes) });
}

/** A mark that no watcher writes is counted as `unknown`: anybody may write annotations, and labels are few. */
function countCordoned(nodes: readonly NodeView[]): CordonedCounts {
  const counts = new Map<string, number>();
  for (const { mark, unschedulable } of nodes) {
    if (mark === undefined || !unschedulable) continue;
    const zoneId = ZONE_ID_PATTERN.test(mark) ? mark : 'unknown';
    counts.set(zoneId, (counts.get(zoneId) ?? 0) + 1);
  }
  return counts;
}
