import { once } from 'node:events';
import type { KubeClient } from '../../shared/kube/client.ts';
import type { FoundReach } from '../../shared/reach/gathered-places.ts';
import { type ClusterSeen, reachOfCluster } from '../../shared/reach/reach-of-cluster.ts';
import type { NodeClassView } from '../../shared/stores/kinds.ts';
import type { Store } from '../../shared/stores/store.ts';
import { type NodeView, placeOf } from '../../shared/views/node.ts';
import type { KnownZones } from '../term/scene.ts';
import { AskingEc2, type AskingEc2Options } from './asking-ec2.ts';
import { BelievedNames, type Contradiction, type NameSource } from './believed-names.ts';
import type { Ec2Zone } from './describe-zones.ts';
import { NodeClassZones } from './node-class-zones.ts';
import { LOOK_UP_MS, learnFromNode, nodesOfZone } from './node-zones.ts';
import { usedZones } from './used-zones.ts';

/** Which zones the cluster uses, what this account calls them, and which is whose parent. */
export interface ZoneNames extends KnownZones {
  start(): void;
  stop(): Promise<void>;
  /** Resolves when the EC2NodeClasses were read, or when the signal aborts: names are wanted, not waited for. */
  known(signal: AbortSignal): Promise<void>;
  /** Asks Nodes, then EC2, for the names that are not known yet; a second each at most, and never throws. */
  lookUp(zoneIds: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface ZoneNamesOptions {
  readonly client: Pick<KubeClient, 'list'>;
  /** Started and stopped by whoever made it. */
  readonly nodeClasses: Store<NodeClassView>;
  /** What is believed has changed. */
  onLearned(from: NameSource): void;
  /** Nodes could not be asked for the name of a zone. */
  onProblem(error: unknown): void;
  /** Once for each distinct contradiction. */
  onContradiction?(contradiction: Contradiction): void;
  /** Where EC2 may be asked. */
  readonly ec2?: Omit<AskingEc2Options, 'onZones'> | undefined;
}

/**
 * Names from EC2NodeClasses, which is what Karpenter itself goes by, where they say nothing (EKS Auto Mode has none) from
 * Nodes, and then from EC2. A mapping once learned is kept: zone IDs and names of an account do not change.
 */
export function createZoneNames(options: ZoneNamesOptions): ZoneNames {
  const believed = new BelievedNames((contradiction) => options.onContradiction?.(contradiction));
  const { nodeClasses } = options;
  const nodeClassZones = new NodeClassZones(nodeClasses);
  nodeClasses.listen(() => {
    const news = nodeClasses
      .all()
      .flatMap(({ name, subnets }) =>
        subnets.map(({ zoneId = '', zoneName = '' }) =>
          believed.learn('EC2NodeClasses', `EC2NodeClass ${name}`, zoneId, zoneName),
        ),
      );
    if (news.includes(true)) options.onLearned('EC2NodeClasses');
  });
  let parents: ReadonlyMap<string, string> = new Map();
  const onZones = (zones: readonly Ec2Zone[]) => {
    parents = new Map(zones.flatMap(({ id, parentId }) => (parentId === undefined ? [] : [[id, parentId]])));
    const news = zones.map(({ id, name }) => believed.learn('EC2', 'DescribeAvailabilityZones', id, name));
    if (news.includes(true)) options.onLearned('EC2');
  };
  const ec2 = options.ec2 && new AskingEc2({ ...options.ec2, onZones });
  const learn = (node: NodeView) => {
    if (learnFromNode(believed, node)) options.onLearned('Nodes');
  };
  const unknownOf = (ids: readonly string[]) => [
    ...new Set(ids.filter((id) => believed.nameOf(id) === undefined)),
  ];

  return {
    start() {
      ec2?.start();
    },
    async stop() {
      await ec2?.stop();
    },
    nameOf(zoneId) {
      const name = believed.nameOf(zoneId);
      if (name === undefined) void ec2?.want();
      return name;
    },
    known: (signal) => nodeClasses.whenKnown(signal),
    learn,
    async lookUp(zoneIds, signal) {
      try {
        for (const id of unknownOf(zoneIds))
          for (const node of await nodesOfZone(options.client, id, signal)) learn(node);
      } catch (error) {
        if (!signal.aborted) options.onProblem(error);
      }
      if (ec2 !== undefined && unknownOf(zoneIds).length > 0) await orUntil(ec2.want(), LOOK_UP_MS, signal);
    },
    used(nodes) {
      const subnets = nodeClassZones.subnets();
      if (subnets === undefined || nodes === undefined) return undefined;
      return usedZones([...subnets, ...Array.from(nodes, placeOf)], believed);
    },
    reach: createReach(believed),
    parents: () => parents,
  };
}

/** Looks at the cluster anew only where something of it, or a name, is another one: it is asked each second. */
function createReach(believed: BelievedNames): (cluster: ClusterSeen) => FoundReach {
  let last: { readonly parts: readonly unknown[]; readonly found: FoundReach } | undefined;
  return (cluster) => {
    const { pools, nodeClasses, nodes, claims } = cluster;
    const parts = [
      believed.all(),
      ...[pools, nodeClasses, nodes, claims].flatMap((seen) => [
        seen.all(),
        seen.known,
        seen.presence,
        seen.unjudgeable.join(),
      ]),
    ];
    if (last === undefined || parts.some((part, index) => part !== last?.parts[index]))
      last = { parts, found: reachOfCluster(cluster, believed) };
    return last.found;
  };
}

/** Resolves with the first of the three. */
async function orUntil(work: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  if (limit.aborted) return;
  await Promise.race([work, once(limit, 'abort')]);
}
