import { setTimeout as wait } from 'node:timers/promises';
import { isExempt } from '../../shared/enforcement/nodepool.ts';
import type { EnforcementSettings } from '../../shared/enforcement/settings.ts';
import { generationOfPool } from '../../shared/enforcement/standing.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, type ListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ArcGroup } from '../../shared/record/arc-facts.ts';
import { completeRecovery } from '../../shared/record/end-of-impairment.ts';
import { effectiveAt, type ImpairedRecord } from '../../shared/record/impaired-record.ts';
import type { ImpairedSet, ImpairedZone } from '../../shared/record/impaired-set.ts';
import { type Surroundings, tendRecord } from '../../shared/record/tend-record.ts';
import type { ExpiringClaim } from '../../shared/standstill/expiring-claims.ts';
import type { CordonAction } from '../../shared/standstill/plan-cordon.ts';
import { OpeningDelay } from '../../shared/stores/opening-delay.ts';
import type { RecordStore } from '../../shared/stores/record-store.ts';
import type { NodeWrite } from '../../shared/stores/write-node.ts';
import type { NodeView } from '../../shared/views/node.ts';
import { type NodePoolView, nodePoolSchema } from '../../shared/views/node-pool.ts';
import type { ArcWatch } from '../arc/arc-watch.ts';
import type { CordonedCounts } from '../cordon/cordoner.ts';
import { createZoneCordon, type ZoneCordon } from '../cordon/zone-cordon.ts';
import { ExpiryReport } from '../expiry/expiry-report.ts';
import { createPolicyFallback, type PolicyFallbackOptions } from '../policy-fallback/policy-fallback.ts';
import type { TriggeredRounds } from '../rounds/triggered-rounds.ts';
import { createSettler, type NudgeResult } from '../settle/settler.ts';
import { NudgedGeneration } from './nudged-generation.ts';
import { driftedClaims, RecoveringZones } from './recovery.ts';
import { type ShadowOfZone, ShadowReport } from './shadow-report.ts';

/** How often the leader looks after what no event tells it: expiry, recovery, names. */
const ROUND_MS = 1000;

export interface LeaderOptions {
  readonly client: KubeClient;
  readonly store: RecordStore;
  readonly settings: EnforcementSettings;
  /** Whether Nodes of impaired zones are cordoned; marks of ours are taken back either way. */
  readonly cordon: boolean;
  /** Looks at ARC's API; `undefined` where it is not to be asked. */
  readonly arc: Pick<ArcWatch, 'run' | 'trigger'> | undefined;
  /** The parts of ARC that are not asked, or cannot be. */
  silentArc(): readonly ArcGroup[];
  record(): ImpairedRecord | undefined;
  /** What the record is tended by: rules, names, and the zones that are used by these Nodes among others. */
  surroundings(nodes: readonly NodeView[] | undefined): Omit<Surroundings, 'highestMark' | 'mute' | 'nowMs'>;
  now(): number;
  onNudge(name: string, result: NudgeResult, error?: unknown): void;
  onSettled(round: { readonly generation: number; readonly unsettled: number; readonly ahead: number }): void;
  /** A zone is back for good: nothing was drifted any more, or it took too long. */
  onRecovered(zoneId: string, why: 'nothing-drifted' | 'time-limit'): void;
  /** A Node is new or has changed. */
  onNode(node: NodeView): void;
  onCordonAction(action: CordonAction, result: NodeWrite, error?: unknown): void;
  onCordoned(counts: CordonedCounts): void;
  /** What becomes of the policy that holds while no webhook answers. */
  readonly fallback: Pick<
    PolicyFallbackOptions,
    'onWrite' | 'onState' | 'onLeftOut' | 'onBinding' | 'onProblem'
  >;
  /** A zone is recorded and not impaired: what it would change. */
  onShadow(shadow: ShadowOfZone): void;
  onExpiring(claim: ExpiringClaim, zone: ImpairedZone): void;
  onExpiringCounts(counts: ReadonlyMap<string, number>): void;
  onProblem(
    where: 'nodepools' | 'nodes' | 'round' | 'expiry',
    problem: ListWatchProblem | { readonly error: unknown },
  ): void;
}

export interface LeaderWork {
  /** The record changed. */
  trigger(): void;
  /** Does what one replica at a time has to do, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * What the holder of the Lease does: cordon the Nodes of impaired zones, settle NodePools, write the policy fallback,
 * bring zones back in two steps, and say which nodes expire.
 */
export function createLeaderWork(options: LeaderOptions): LeaderWork {
  let term: Term | undefined;
  return {
    trigger: () => term?.trigger(),
    async run(signal) {
      // A new cache for each term: what was seen in an earlier one may be old.
      term = new Term(options);
      await term.run(signal);
      term = undefined;
    },
  };
}

class Term {
  readonly #options: LeaderOptions;
  readonly #settler: TriggeredRounds;
  readonly #cordon: ZoneCordon;
  readonly #fallback: TriggeredRounds;
  /** NodePools get a zone back when the policy fallback has it no more, and not before the webhook gives it back. */
  readonly #opening: OpeningDelay;
  readonly #expiry: ExpiryReport;
  readonly #pools: ListWatch<NodePoolView>;
  readonly #shadows = new ShadowReport();
  readonly #recovering = new RecoveringZones();
  readonly #nudged = new NudgedGeneration();
  #poolsKnown = false;

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#pools = createListWatch({
      client: options.client,
      type: resources.nodePools,
      parse: (object) => nodePoolSchema.parse(object),
      handlers: {
        onSet: () => this.#settler.trigger(),
        onDelete: () => this.#settler.trigger(),
        onSync: () => {
          this.#poolsKnown = true;
          this.trigger();
        },
      },
      onProblem: (problem) => options.onProblem('nodepools', problem),
    });
    this.#settler = createSettler({
      client: options.client,
      settings: options.settings,
      pools: () => this.#pools.list(),
      set: () => this.#setToNudgeFor(),
      onNudge: options.onNudge,
      onRound: (round) => {
        this.#nudged.see(round, options.now());
        this.#cordon.trigger();
        options.onSettled(round);
      },
      onProblem: (error) => options.onProblem('round', { error }),
    });
    this.#opening = new OpeningDelay({ now: options.now, onTakenUp: () => this.#settler.trigger() });
    this.#fallback = createPolicyFallback({
      ...options.fallback,
      client: options.client,
      record: options.record,
      exemptPools: () => (this.#poolsKnown ? this.#exemptPools() : undefined),
      now: options.now,
    });
    this.#cordon = createZoneCordon({
      client: options.client,
      cordon: options.cordon,
      exemptPools: () => this.#exemptPools(),
      // Before NodePools are known, nobody knows whose Nodes are exempt.
      set: () => (this.#poolsKnown ? this.#set() : undefined),
      isReleased: (generation) => this.#nudged.isReleased(generation, options.now()),
      now: options.now,
      onMayNudge: () => this.#settler.trigger(),
      onNode: options.onNode,
      onAction: options.onCordonAction,
      onCordoned: options.onCordoned,
      onProblem: (problem) => options.onProblem('kind' in problem ? 'nodes' : 'round', problem),
    });
    this.#expiry = new ExpiryReport({
      client: options.client,
      set: () => this.#set(),
      now: options.now,
      onExpiring: options.onExpiring,
      onCounts: options.onExpiringCounts,
      onProblem: (error) => options.onProblem('expiry', { error }),
    });
  }

  trigger(): void {
    const record = this.#options.record();
    if (record !== undefined) this.#opening.see(record);
    this.#fallback.trigger();
    this.#cordon.trigger();
    this.#settler.trigger();
    this.#options.arc?.trigger();
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#pools.start();
    await Promise.all([
      this.#cordon.run(signal),
      this.#settler.run(signal),
      this.#fallback.run(signal),
      this.#expiry.run(signal),
      this.#options.arc?.run(signal),
      this.#rounds(signal),
    ]);
    this.#opening.close();
    await this.#pools.stop();
  }

  #exemptPools(): Set<string> {
    const exempt = this.#pools.list().filter(isExempt);
    return new Set(exempt.flatMap(({ metadata }) => metadata.name ?? []));
  }

  /** Nodes first, but NodePools never wait for long; what only gives zones back waits for the policy fallback. */
  #setToNudgeFor(): ImpairedSet | undefined {
    const record = this.#poolsKnown ? this.#opening.inForce() : undefined;
    const set = record === undefined ? undefined : effectiveAt(record, this.#options.now());
    return set !== undefined && this.#cordon.mayNudge(set) ? set : undefined;
  }

  #set(): ImpairedSet | undefined {
    const record = this.#options.record();
    return record === undefined ? undefined : effectiveAt(record, this.#options.now());
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (error) {
        if (!signal.aborted) this.#options.onProblem('round', { error });
      }
      await wait(ROUND_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { store, surroundings, now } = this.#options;
    const record = this.#options.record();
    if (record === undefined || !this.#poolsKnown) return;
    const around = {
      ...surroundings(this.#cordon.nodes()),
      nowMs: now(),
      mute: this.#options.silentArc(),
      highestMark: Math.max(0, ...this.#pools.list().map(generationOfPool)),
    };
    const change = (stored: ImpairedRecord) => tendRecord(stored, around);
    if (change(record) !== record) await store.update(change, signal);
    await this.#completeRecoveries(record, signal);
    const { maxImpairedZones } = around.rules;
    const scene = { record, settings: this.#options.settings, maxImpairedZones, nowMs: around.nowMs };
    for (const shadow of this.#shadows.see({ ...scene, pools: this.#pools.list() }))
      this.#options.onShadow(shadow);
  }

  /**
   * The second step of a recovery: after the first has reached every NodePool, and nothing is drifted any more. At the
   * time limit it comes all the same: one NodePool that can't be written must not freeze all the others for ever.
   */
  async #completeRecoveries(record: ImpairedRecord, signal: AbortSignal): Promise<void> {
    const recovering = this.#recovering.see(recoveringIn(record), this.#options.now());
    const settled = this.#nudged.isSettled(record.generation);
    const done: string[] = [];
    for (const zone of recovering) {
      const overdue = this.#recovering.isOverdue(zone.id, this.#options.now());
      if (!overdue && !settled) continue;
      if (!overdue && (await driftedClaims(this.#options.client, zone, signal)).length > 0) continue;
      done.push(zone.id);
      this.#options.onRecovered(zone.id, overdue ? 'time-limit' : 'nothing-drifted');
    }
    if (done.length > 0) {
      await this.#options.store.update((stored) => {
        // Somebody wrote since we looked: look again next time.
        return stored.generation === record.generation
          ? completeRecovery(stored, done, this.#options.now())
          : stored;
      }, signal);
    }
  }
}

/** The zones whose first step of recovery is written; one that has only expired is not there yet. */
function recoveringIn({ generation, zones }: ImpairedRecord): ImpairedSet {
  return {
    generation,
    zones: zones.flatMap((zone) => (zone.state === 'recovering' ? [{ ...zone, state: zone.state }] : [])),
  };
}
