import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../shared/views/node.ts';
import type { ZonePlace } from '../../../shared/views/node-class.ts';
import { usedZones } from '../../../watcher/zone-names/used-zones.ts';
import { nodeView } from '../cordon/nodes-in-memory.ts';
import { believing } from './believing.ts';

const at = (zoneId?: string, zoneName?: string): ZonePlace => ({ zoneId, zoneName });
const usedOf = (...places: ZonePlace[]) => {
  const { names } = believing();
  names.learn('EC2NodeClasses', 'x', 'use1-az1', 'us-east-1a');
  return usedZones(places, names);
};

describe('used zones', () => {
  it('are sorted by ID, each once, with their names; empty where nothing tells it', () => {
    const used = usedOf(at('use1-az3'), at('use1-az1', 'us-east-1a'), at('use1-az3'));
    expect(used).toEqual({ 'use1-az1': 'us-east-1a', 'use1-az3': '' });
    expect(Object.keys(used ?? {})).toEqual(['use1-az1', 'use1-az3']);
  });

  it('have the names that are believed, not those that some object says', () => {
    expect(usedOf(at('use1-az1', 'us-east-1z'), at('use1-az2', 'us-east-1a'))).toEqual({
      'use1-az1': 'us-east-1a',
      'use1-az2': '',
    });
  });

  it('are found by name where there is no ID', () => {
    expect(usedOf(at(undefined, 'us-east-1a'))).toEqual({ 'use1-az1': 'us-east-1a' });
  });

  it('may be one, where nothing is left out', () => {
    expect(usedOf(at('use1-az1'), at('use1-az1'))).toEqual({ 'use1-az1': 'us-east-1a' });
  });

  it.each([
    ['nothing at all', []],
    ['nothing that can be placed', [at()]],
    ['one zone, and a Node without labels', [at('use1-az1'), at()]],
    ['one zone, and a name without an ID', [at('use1-az1'), at(undefined, 'dc1')]],
    ['one zone, and an ID that is none', [at('use1-az1'), at('Not An ID')]],
  ])('are not known by %s', (_, places) => {
    expect(usedOf(...places)).toBeUndefined();
  });

  it('are known without what cannot be placed where there are two', () => {
    expect(Object.keys(usedOf(at('use1-az1'), at(), at('use1-az2')) ?? {})).toEqual(['use1-az1', 'use1-az2']);
  });
});

describe('the place of a Node', () => {
  it('is what its labels say', () => {
    expect(placeOf(nodeView('a'))).toEqual(at('use1-az1', 'us-east-1a'));
    expect(placeOf(nodeView('a', { labels: {} }))).toEqual(at());
  });

  it('has no name where it has two', () => {
    const labels = {
      'topology.kubernetes.io/zone': 'us-east-1a',
      'topology.ebs.csi.aws.com/zone': 'us-east-1b',
    };
    expect(placeOf(nodeView('a', { labels }))).toEqual(at());
  });
});
