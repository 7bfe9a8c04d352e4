import { describe, expect, it } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { NODE_CLASSES, type NodeClassView } from '../../../shared/stores/kinds.ts';
import { createClusterHome } from '../../../watcher/home/cluster-home.ts';
import { clientOf } from '../controllers/scene-in-memory.ts';
import { StoreInMemory } from '../controllers/store-in-memory.ts';

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
const never = new AbortController().signal;
const node = (name: string, zone: string) => ({
  metadata: { name },
  spec: { providerID: `aws:///${zone}/i-${name}` },
});

/** A home with the Nodes of a cluster in the test's hands, and what was told. */
function learning(
  said: Parameters<typeof createClusterHome>[0]['said'],
  nodes: readonly KubeObject[] | Error = [],
) {
  const facts = new Facts();
  const told: string[] = [];
  facts.listen({
    hear({ name, fact }) {
      if (name === 'home') told.push(`${fact.region} by ${fact.regionFrom}, ${fact.account}`);
      if (name === 'failure') told.push(`failure ${fact.part}`);
    },
  });
  const nodeClasses = new StoreInMemory<NodeClassView>();
  const cluster = { nodes, asked: 0, elapsedMs: 0 };
  const home = createClusterHome({
    client: clientOf({
      async list() {
        cluster.asked += 1;
        if (cluster.nodes instanceof Error) throw cluster.nodes;
        return { metadata: {}, items: [...cluster.nodes] };
      },
    }),
    nodeClasses,
    said,
    tell: facts.tell,
    stopping: never,
    elapsed: () => cluster.elapsedMs,
  });
  return { home, told, cluster, nodeClasses };
}

describe('a cluster', () => {
  it('with an ARN asks no Node, and says once where it is', async () => {
    const { home, told, cluster } = learning({ clusterArn: ARN });
    await home.known(never);
    await home.known(never);
    expect(home.current()).toMatchObject({ region: { is: 'us-east-1' }, cluster: ARN });
    expect(cluster.asked).toBe(0);
    expect(told).toEqual(["us-east-1 by the cluster's ARN, 111122223333"]);
  });

  it('with EC2NodeClasses goes by their zones, rather than by AWS_REGION, and asks no Node', async () => {
    const { home, told, cluster, nodeClasses } = learning({ environment: 'us-east-1' });
    const subnet = (zone: string) => ({ id: `subnet-${zone}`, zone });
    const status = { subnets: [subnet('us-west-2a'), subnet('us-west-2b')] };
    nodeClasses.show(NODE_CLASSES.read({ metadata: { name: 'default' }, status }));
    await home.known(never);
    expect(home.current()).toMatchObject({
      region: { is: 'us-west-2', because: 'zones of EC2NodeClasses' },
      doubts: ['AWS_REGION: us-east-1'],
    });
    expect([cluster.asked, told]).toEqual([0, ['us-west-2 by zones of EC2NodeClasses, null']]);
  });

  it('of which nothing else tells is where its Nodes are, whatever Region the queue is in', async () => {
    const nodes = [node('a', 'us-west-2a'), node('b', 'us-west-2b')];
    const { home, told } = learning({ queue: 'us-east-1' }, nodes);
    await home.known(never);
    expect(home.current().region).toEqual({ is: 'us-west-2', because: 'Nodes' });
    expect(told.at(-1)).toBe('us-west-2 by Nodes, null');
  });

  it('is not said to be nowhere before everybody was asked', async () => {
    const { home, told, cluster, nodeClasses } = learning({});
    nodeClasses.show();
    expect(told).toEqual([]);
    cluster.nodes = [node('a', 'us-west-2a')];
    await home.known(never);
    expect(told).toEqual(['us-west-2 by Nodes, null']);
    const lost = learning({});
    await lost.home.known(never);
    expect(lost.told).toEqual(['null by null, null']);
  });

  it('whose Nodes tell nothing goes by what is left: where ARC answers, then the queue', async () => {
    const { home } = learning({ queue: 'us-east-1' }, [{ metadata: { name: 'node-1' } }]);
    expect(home.current().region).toBeUndefined();
    await home.known(never);
    expect(home.current().region?.because).toBe('the URL of the queue');
    home.arcListed(['usw2-az1']);
    expect(home.current().region).toEqual({ is: 'us-west-2', because: 'zones that ARC lists' });
  });

  it('whose Nodes cannot be listed asks again a minute later, and believes no queue of a hub until then', async () => {
    const { home, told, cluster } = learning({ queue: 'us-east-1' }, new Error('forbidden'));
    await home.known(never);
    home.arcListed(['use1-az1']);
    expect(home.current().region).toBeUndefined();
    expect([cluster.asked, told]).toEqual([1, ['failure home', 'null by null, null']]);
    cluster.nodes = [node('a', 'us-west-2a')];
    cluster.elapsedMs = 59_999;
    await home.known(never);
    expect(cluster.asked).toBe(1);
    cluster.elapsedMs = 60_000;
    await home.known(never);
    expect(home.current().region?.is).toBe('us-west-2');
    cluster.elapsedMs = 600_000;
    await home.known(never);
    expect(cluster.asked).toBe(2);
  });

  it('is told anew when it learns something else, and not when ARC lists nothing', async () => {
    const { home, told } = learning({ environment: 'us-east-1' });
    await home.known(never);
    home.arcListed([]);
    home.arcListed(['use1-az1']);
    expect(told).toHaveLength(1);
    home.arcListed(['usw2-az1']);
    expect(home.current().doubts).toEqual(['zones that ARC lists: us-west-2']);
    expect(told).toHaveLength(2);
  });
});
