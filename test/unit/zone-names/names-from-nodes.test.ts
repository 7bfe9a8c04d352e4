import { describe, expect, it } from 'vitest';
import type { ListQuery } from '../../../shared/kube/client.ts';
import { NodeZones } from '../../../watcher/zone-names/node-zones.ts';
import { AZ1, nodeObject, nodeView } from '../cordon/nodes-in-memory.ts';

const labelled = (id: string, name: string) =>
  nodeView('a', { labels: { 'topology.k8s.aws/zone-id': id, 'topology.kubernetes.io/zone': name } });

describe('a zone name', () => {
  it('is learned from a Node that carries both labels', () => {
    const zones = new NodeZones();
    expect(zones.learn(nodeView('a', { labels: { 'topology.k8s.aws/zone-id': AZ1.id } }))).toBe(false);
    expect(zones.learn(nodeView('a', { labels: { 'topology.kubernetes.io/zone': AZ1.name } }))).toBe(false);
    expect(zones.nameOf(AZ1.id)).toBeUndefined();
    expect(zones.learn(nodeView('a'))).toBe(true);
    expect(zones.nameOf(AZ1.id)).toBe(AZ1.name);
  });

  it('stays, whatever other Nodes say', () => {
    const zones = new NodeZones();
    zones.learn(labelled(AZ1.id, 'us-east-1a'));
    expect(zones.learn(labelled(AZ1.id, 'us-east-1b'))).toBe(false);
    expect(zones.nameOf(AZ1.id)).toBe('us-east-1a');
  });

  it('is not learned from a Node that contradicts itself, or whose ID is none', () => {
    const zones = new NodeZones();
    const labels = {
      'topology.k8s.aws/zone-id': AZ1.id,
      'topology.kubernetes.io/zone': 'us-east-1a',
      'failure-domain.beta.kubernetes.io/zone': 'us-east-1b',
    };
    expect(zones.learn(nodeView('a', { labels }))).toBe(false);
    expect(zones.learn(labelled('Not An ID', 'us-east-1a'))).toBe(false);
  });

  it('is asked for by one Node of the zone', async () => {
    const zones = new NodeZones();
    const queries: (ListQuery | undefined)[] = [];
    const client = {
      async list(_type: unknown, query?: ListQuery) {
        queries.push(query);
        return { metadata: {}, items: [nodeObject('a')] };
      },
    };
    const { signal } = new AbortController();
    await zones.lookUp(client, AZ1.id, signal);
    await zones.lookUp(client, 'x,y=z', signal);
    expect(queries).toEqual([
      { labelSelector: 'topology.k8s.aws/zone-id=use1-az1,topology.kubernetes.io/zone', limit: 1 },
    ]);
    expect(zones.nameOf(AZ1.id)).toBe(AZ1.name);
  });
});
