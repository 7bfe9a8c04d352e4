import { describe, expect, it } from 'vitest';
import { isRegionName, regionOfZoneId, regionOfZoneName } from '../../../shared/home/region-codes.ts';
import { regionOfNode } from '../../../shared/home/region-of-node.ts';

describe('the Region of a zone', () => {
  it.each([
    ['use1-az1', 'us-east-1'],
    ['usw2-az4', 'us-west-2'],
    ['use1-qro1-az1', 'us-east-1'],
    ['use1-wl1-bos-wlz1', 'us-east-1'],
    ['usw2-lax1-az1', 'us-west-2'],
    ['usgw1-az1', 'us-gov-west-1'],
    ['cnnw1-az1', 'cn-northwest-1'],
    ['aps1-az1', 'ap-south-1'],
    ['apse1-az1', 'ap-southeast-1'],
  ])('%s is %s by its ID', (id, region) => {
    expect(regionOfZoneId(id)).toBe(region);
  });

  it.each(['use1', 'use9-az1', 'xx1-az1', 'us-east-1a', 'constructor-az1', '__proto__-az1', ''])(
    'is not known of %j by its ID',
    (id) => {
      expect(regionOfZoneId(id)).toBeUndefined();
    },
  );

  it.each([
    ['us-east-1a', 'us-east-1'],
    ['us-east-1-qro-1a', 'us-east-1'],
    ['us-east-1-wl1-bos-wlz-1', 'us-east-1'],
    ['us-gov-west-1b', 'us-gov-west-1'],
    ['us-iso-east-1a', 'us-iso-east-1'],
    ['eusc-de-east-1a', 'eusc-de-east-1'],
    ['ap-southeast-7c', 'ap-southeast-7'],
  ])('%s is %s by its name', (name, region) => {
    expect(regionOfZoneName(name)).toBe(region);
    expect(isRegionName(region)).toBe(true);
  });

  it.each(['use1-az1', 'zone-a', 'test-zone-1', 'us-east-1', 'us-east-1A', 'default', ''])(
    'is not known of %j by its name',
    (name) => {
      expect(regionOfZoneName(name)).toBeUndefined();
    },
  );
});

describe('the Region of a Node', () => {
  const node = (providerID: unknown, labels?: unknown) => ({ spec: { providerID }, metadata: { labels } });
  it.each([
    ['its provider ID', node('aws:///us-east-1a/i-0a1b2c3d'), 'us-east-1'],
    ['that of a Fargate node', node('aws:///eu-west-1b/0a1b-2c3d/fargate-ip-10-0-0-1'), 'eu-west-1'],
    ['its provider ID rather than its label', node('aws:///us-east-1a/i-1', { r: 'x' }), 'us-east-1'],
    ['its label', node(undefined, { 'topology.kubernetes.io/region': 'us-west-2' }), 'us-west-2'],
    ['neither', node('kwok://node-1'), undefined],
    ['a provider ID of another form', node('aws:///us-east-1a'), undefined],
    ['a label that is no Region', node('', { 'topology.kubernetes.io/region': 'here' }), undefined],
    ['what is no text', node(1, 2), undefined],
    ['what is no Node', 'node', undefined],
  ])('by %s', (_, object, region) => {
    expect(regionOfNode(object)).toBe(region);
  });
});
