import { describe, expect, it } from 'vitest';
import { type HomeEvidence, homeOf } from '../../../shared/home/home.ts';

const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
const zones = (...zoneNames: string[]) => zoneNames.map((zoneName) => ({ zoneName }));

/** Each witness with a Region of its own, in the order of belief. */
const WITNESSES: readonly (readonly [HomeEvidence, string, string])[] = [
  [{ clusterArn: ARN }, 'us-east-1', "the cluster's ARN"],
  [{ nodeClasses: zones('us-east-2a', 'us-east-2b') }, 'us-east-2', 'zones of EC2NodeClasses'],
  [{ option: 'us-west-1' }, 'us-west-1', '--aws-region (ZONEWARDEN_AWS_REGION)'],
  [{ nodes: ['us-west-2', 'us-west-2'] }, 'us-west-2', 'Nodes'],
  [{ environment: 'eu-west-1' }, 'eu-west-1', 'AWS_REGION'],
  [{ arc: ['euw2-az1'] }, 'eu-west-2', 'zones that ARC lists'],
  [{ queue: 'eu-west-3' }, 'eu-west-3', 'the URL of the queue'],
  [{ asked: 'eu-north-1' }, 'eu-north-1', 'the Region in which ARC is asked'],
];

describe('the Region of the cluster', () => {
  it.each(WITNESSES)('is what %j says, where nothing else does', (evidence, is, because) => {
    expect(homeOf(evidence)).toMatchObject({ region: { is, because }, doubts: [] });
  });

  it('is what the first of them says, and the others are doubts, but for the queue: a hub may hold it', () => {
    for (let first = 0; first < WITNESSES.length; first += 1) {
      const told = WITNESSES.slice(first);
      const evidence: HomeEvidence = Object.assign({}, ...told.map(([one]) => one));
      const others = told.slice(1).filter(([one]) => one.queue === undefined);
      const { region, doubts } = homeOf(evidence);
      expect(region?.is).toBe(told[0]?.[1]);
      expect(doubts).toEqual(others.map(([, is, because]) => `${because}: ${is}`));
    }
  });

  it('is not told by zones or Nodes that differ: whoever wrote one of them cannot move the cluster', () => {
    const split = homeOf({ nodes: ['us-east-1', 'us-west-2'], environment: 'us-east-1' });
    expect(split.region).toEqual({ is: 'us-east-1', because: 'AWS_REGION' });
    expect(split.doubts).toEqual(['Nodes: us-east-1, us-west-2']);
    expect(homeOf({ nodeClasses: zones('us-east-1a', 'us-west-2a') }).region).toBeUndefined();
  });

  it('is told by the ID of a zone where its name says nothing', () => {
    const nodeClasses = [{ zoneId: 'usw2-az1', zoneName: 'a-name' }, { zoneId: 'usw2-az2' }, {}];
    expect(homeOf({ nodeClasses }).region?.is).toBe('us-west-2');
  });

  it('is not known where nothing tells it, and what is no Region tells nothing', () => {
    expect(homeOf({})).toEqual({ doubts: [] });
    const evidence = { option: 'here', environment: '', queue: 'localhost', nodes: [], arc: ['xx1-az1'] };
    expect(homeOf({ ...evidence, nodeClasses: zones('zone-a') })).toEqual({ doubts: [] });
  });
});

describe('the account of the cluster', () => {
  it('is in its ARN', () => {
    const home = homeOf({ clusterArn: ARN });
    expect(home).toMatchObject({ account: { is: '111122223333' }, cluster: ARN });
  });

  it('is nowhere else: the queue and the role may be those of a hub account', () => {
    for (const [evidence] of WITNESSES.slice(1)) expect(homeOf(evidence)).not.toHaveProperty('account');
  });
});
