import type { EnforcementScene } from '../../shared/enforcement/settings.ts';
import type { Facts } from '../../shared/facts/facts.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import type { FoundReach } from '../../shared/reach/gathered-places.ts';
import type { ClusterSeen } from '../../shared/reach/reach-of-cluster.ts';
import type { Orders } from '../../shared/record/orders.ts';
import { effectiveAt, type UsedZones } from '../../shared/record/zone-record.ts';
import type { RulesWatch } from '../../shared/stores/documents.ts';
import type { NodeClassView } from '../../shared/stores/kinds.ts';
import type { RecordStore } from '../../shared/stores/record-store.ts';
import type { RecordWatch } from '../../shared/stores/record-watch.ts';
import type { Store } from '../../shared/stores/store.ts';
import type { NodeView } from '../../shared/views/node.ts';
import type { ClaimView } from '../../shared/views/node-claim.ts';
import type { PoolView } from '../../shared/views/pool-view.ts';
import type { Progress } from './progress.ts';
import type { ShiftWork } from './shift-work.ts';

/** What is known of zones beside their states. */
export interface KnownZones {
  /** What this account calls it; `undefined` for an ID that nothing names: EC2, where it may be asked, is asked soon. */
  nameOf(zoneId: string): string | undefined;
  /** Child zone ID to parent zone ID; empty where EC2 is not asked. */
  parents(): ReadonlyMap<string, string>;
  /**
   * The zones that the cluster uses now: those of the subnets of EC2NodeClasses, and of Nodes. `undefined` while that is
   * not known as a whole.
   * @param nodes all Nodes that exist now; `undefined` while they are not known
   */
  used(nodes: Iterable<NodeView> | undefined): UsedZones | undefined;
  /** Where the cluster has, or can get, something, as far as that can be told now. */
  reach(cluster: ClusterSeen): FoundReach;
  /** A Node was seen. */
  learn(node: NodeView): void;
}

/** What lives for as long as the process does, so that a standby is warm. */
export interface ProcessScene {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly settings: EnforcementScene;
  /** Whether Nodes of impaired zones are cordoned; marks of ours are taken back either way. */
  readonly cordon: boolean;
  /** How long changed NodePools stay frozen at the least, in mode `zone`. */
  readonly calmMs: number;
  readonly records: RecordStore;
  readonly record: Pick<RecordWatch, 'current' | 'listen'>;
  readonly rules: Pick<RulesWatch, 'current' | 'listen'>;
  readonly names: KnownZones;
  readonly pools: Store<PoolView>;
  readonly nodeClasses: Store<NodeClassView>;
  readonly facts: Facts;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What the duties of one term share. */
export interface TermScene extends ProcessScene {
  readonly nodes: Store<NodeView>;
  readonly claims: Store<ClaimView>;
  readonly progress: Progress;
  /** For background work that takes long: it gives way in between. */
  readonly shiftWork: Pick<ShiftWork, 'isDone'>;
}

/** The set in force; `undefined` while it is not known. */
export function setOf({ record, now }: Pick<ProcessScene, 'record' | 'now'>): Orders | undefined {
  const current = record.current();
  return current === undefined ? undefined : effectiveAt(current, now());
}
