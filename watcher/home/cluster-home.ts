import type { Tell } from '../../shared/facts/facts.ts';
import { type Home, type HomeEvidence, homeOf } from '../../shared/home/home.ts';
import { regionOfNode } from '../../shared/home/region-of-node.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { NodeClassView } from '../../shared/stores/kinds.ts';
import type { Store } from '../../shared/stores/store.ts';

/** All Nodes of a cluster are of one Region; some of them show whether they agree. */
const MOST_NODES = 20;
const LOOK_MS = 1000;
/** Where nobody tells yet, a Node may come; it is not asked for with every message. */
const AGAIN_MS = 60_000;

/** Where the cluster is, learned for as long as the process lives. */
export interface ClusterHome {
  current(): Home;
  /** Resolves when what the cluster tells was looked at, or could not be in a second. Never rejects. */
  known(signal: AbortSignal): Promise<void>;
  /** The zones that ARC listed in its last answer. */
  arcListed(zoneIds: readonly string[]): void;
}

export interface ClusterHomeOptions {
  readonly client: Pick<KubeClient, 'list'>;
  /** Started and stopped by whoever made it. */
  readonly nodeClasses: Pick<Store<NodeClassView>, 'all' | 'listen' | 'whenKnown'>;
  /** What does not change: options, environment, the queue. */
  readonly said: Pick<HomeEvidence, 'clusterArn' | 'option' | 'environment' | 'queue' | 'asked'>;
  readonly tell: Tell;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds that only ever grow. */
  readonly elapsed?: () => number;
}

/** Learns where the cluster is from what was said, from EC2NodeClasses, from Nodes where those say nothing, and from ARC. */
export function createClusterHome(options: ClusterHomeOptions): ClusterHome {
  const { client, nodeClasses, said, tell, stopping, elapsed = () => performance.now() } = options;
  let evidence: HomeEvidence = said;
  let nodesAskedMs = Number.NEGATIVE_INFINITY;
  /** Whether the cluster had its say. Before, the queue of a hub in another Region would make our own events foreign. */
  let isAnswered = false;
  const believed = (): Home => {
    if (isAnswered || !isUntold(evidence)) return homeOf(evidence);
    const { queue: _queue, asked: _asked, arc: _arc, ...own } = evidence;
    return homeOf(own);
  };
  let home = believed();
  let isReady = false;
  const learn = (more: Partial<HomeEvidence>): void => {
    evidence = { ...evidence, ...more };
    home = believed();
    // That nothing is known is no news before everybody was asked.
    if (isReady || home.region !== undefined) tell('home', shown(home));
  };
  nodeClasses.listen(() => learn({ nodeClasses: nodeClasses.all().flatMap(({ subnets }) => subnets) }));

  /** What a cluster says by itself counts for more than what its Nodes say: then they are not asked. */
  const needsNodes = (): boolean =>
    evidence.nodes === undefined && elapsed() - nodesAskedMs >= AGAIN_MS && isUntold(evidence);
  const askNodes = async (): Promise<void> => {
    if (!needsNodes()) return;
    nodesAskedMs = elapsed();
    try {
      const limits = { signal: stopping, timeoutMs: LOOK_MS };
      const { items } = await client.list(resources.nodes, { limit: MOST_NODES }, limits);
      const nodes = items.map(regionOfNode).filter((region) => region !== undefined);
      isAnswered = true;
      learn(nodes.length > 0 ? { nodes } : {});
    } catch (error) {
      if (!stopping.aborted) tell('failure', { part: 'home', error });
    }
  };
  return {
    current() {
      void askNodes();
      return home;
    },
    async known(signal) {
      await nodeClasses.whenKnown(signal).catch(() => undefined);
      await askNodes();
      isReady = true;
      learn({});
    },
    arcListed(zoneIds) {
      // No zone that is shifted is no news of where ARC is asked.
      if (zoneIds.length > 0) learn({ arc: zoneIds });
    },
  };
}

/** Whether nothing yet tells the Region that speaks of the cluster itself and comes before its Nodes. */
function isUntold({ clusterArn, nodeClasses, option }: HomeEvidence): boolean {
  return homeOf({ clusterArn, nodeClasses, option }).region === undefined;
}

/** As the log and the status page show it. */
export function shown({ region, account, doubts }: Home) {
  return {
    region: region?.is ?? null,
    regionFrom: region?.because ?? null,
    account: account?.is ?? null,
    accountFrom: account?.because ?? null,
    doubts,
  };
}
