import { type Act, type Churn, churnIn } from './churn.ts';
import { disruptionsOf } from './disruptions.ts';
import { type Launch, launchesIn } from './launches.ts';
import type { ProtectedCluster } from './protected-cluster.ts';

export interface Standstill {
  readonly cluster: ProtectedCluster;
  /** NodePools whose nodes must be left alone. */
  readonly pools: readonly string[];
  /** The zone into which nothing may go, by name. */
  readonly zone: string;
  /** From when on; ms since 1970. */
  readonly since: number;
  /** True: only those of their nodes that run in the zone. */
  readonly inZoneOnly?: boolean;
}

/**
 * What happened although it must not, one sentence each: a node of the NodePools was tainted or deleted, a pod was
 * placed in the zone, a node was launched there, or Karpenter replaced one of the nodes because it has drifted.
 */
export function violations({ cluster, pools, zone, since, inZoneOnly = false }: Standstill): string[] {
  const launches = launchesIn(cluster.audit);
  const known = new Map<string, Launch>();
  for (const launch of launches) {
    known.set(launch.claim, launch);
    if (launch.node !== undefined) known.set(launch.node, launch);
  }
  const say = ({ node, at }: Act) => {
    const launch = known.get(node);
    return `${node} (NodePool ${launch?.pool ?? '?'}, ${launch?.zone ?? 'no zone'}) at ${seconds(at - since)}`;
  };
  // A node that nobody knows is nobody's to delete either.
  const concerns = ({ node }: Pick<Act, 'node'>) =>
    pools.includes(known.get(node)?.pool ?? pools[0] ?? '') &&
    (!inZoneOnly || (known.get(node)?.zone ?? zone) === zone);
  const { tainted, deleted, placed }: Churn = churnIn(cluster, since);
  return [
    ...tainted.filter(concerns).map((act) => `Karpenter tainted node ${say(act)}`),
    ...deleted.filter(concerns).map((act) => `${act.by} deleted ${say(act)}`),
    ...placed
      .filter(({ node }) => known.get(node)?.zone === zone)
      .map((act) => `pod ${act.pod} was placed on ${say(act)}`),
    ...launches
      .filter(({ claimReceived, zone: where }) => claimReceived > since && where === zone)
      .map((launch) => `launched: ${say({ node: launch.claim, at: launch.claimStored })}`),
    ...disruptionsOf(cluster, since)
      .filter(({ reason, nodes }) => reason === 'Drifted' && nodes.some((node) => concerns({ node })))
      .map(
        (each) =>
          `Karpenter: ${each.decision} ${each.nodes.join(', ')}, drifted, at ${seconds(each.at - since)}`,
      ),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
