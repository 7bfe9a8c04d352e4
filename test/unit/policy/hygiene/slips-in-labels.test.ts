import { describe, expect, it } from 'vitest';
import { mistakenLabel } from '../../../../shared/policy/values/mistaken-label.ts';

const EC2 = 'karpenter.k8s.aws';
const AUTO = 'eks.amazonaws.com';

describe('a label that Karpenter does not know', () => {
  it.each([
    ['node.kubernetes.io/instance-family', 'karpenter.k8s.aws/instance-family'],
    ['karpenter.sh/instance-size', 'karpenter.k8s.aws/instance-size'],
    ['karpenter.k8s.aws/instance-type', 'node.kubernetes.io/instance-type'],
    ['karpenter.k8s.aws/instance-familly', 'karpenter.k8s.aws/instance-family'],
    ['karpenter.k8s.aws/instance-catgory', 'karpenter.k8s.aws/instance-category'],
    ['karpenter.k8s.aws/instance-gpu', 'karpenter.k8s.aws/instance-gpu-name'],
    ['karpenter.k8s.aws/capacity-type', 'karpenter.sh/capacity-type'],
    ['eks.amazonaws.com/capacityType', 'karpenter.sh/capacity-type'],
    ['topology.kubernetes.io/zone-id', 'topology.k8s.aws/zone-id'],
    ['topology.kubernetes.io/zones', 'topology.kubernetes.io/zone'],
    ['node.kubernetes.io/arch', 'kubernetes.io/arch'],
    ['eks.amazonaws.com/instance-famly', 'karpenter.k8s.aws/instance-family'],
  ])('%s is told, and %s is meant', (key, meant) => {
    expect(mistakenLabel(key, EC2)).toEqual({ kind: 'unknown', meant });
  });

  it.each([
    'example.com/instance-family',
    'example.com/zone',
    'instance-family',
    'team',
    'node.kubernetes.io/lifecycle',
    'node.kubernetes.io/role',
    'node-role.kubernetes.io/web',
    'kubernetes.io/id',
    'kubernetes.io/role',
    'eks.amazonaws.com/nodegroup',
    'eks.amazonaws.com/compute-type',
    'app.kubernetes.io/name',
    'app.kubernetes.io/instance',
    'topology.kubernetes.io/instance',
    'app.kubernetes.io/zone',
    'karpenter.azure.com/sku-family',
    'cluster-autoscaler.kubernetes.io/enabled',
    'myaws.amazonaws.com.example/instance-family',
  ])('%s is none of them', (key) => {
    expect(mistakenLabel(key, EC2)).toBeUndefined();
  });
});

describe('a label that Karpenter knows', () => {
  it.each([
    'karpenter.k8s.aws/instance-family',
    'karpenter.k8s.aws/instance-tenancy',
    'karpenter.k8s.aws/capacity-reservation-id',
    'karpenter.k8s.aws/placement-group-id',
    'karpenter.sh/capacity-type',
    'karpenter.sh/nodepool',
    'node.kubernetes.io/instance-type',
    'node.kubernetes.io/windows-build',
    'kubernetes.io/arch',
    'kubernetes.io/os',
    'kubernetes.io/hostname',
    'topology.kubernetes.io/zone',
    'topology.kubernetes.io/region',
    'topology.k8s.aws/zone-id',
    'topology.ebs.csi.aws.com/zone',
    'failure-domain.beta.kubernetes.io/zone',
    'failure-domain.beta.kubernetes.io/region',
    'beta.kubernetes.io/arch',
    'beta.kubernetes.io/instance-type',
  ])('%s is no mistake on an EC2NodeClass', (key) => {
    expect(mistakenLabel(key, EC2)).toBeUndefined();
  });

  it('is that of the other kind of NodeClass', () => {
    expect(mistakenLabel('karpenter.k8s.aws/instance-cpu', AUTO)).toEqual({
      kind: 'domain',
      meant: 'eks.amazonaws.com/instance-cpu',
    });
    expect(mistakenLabel('eks.amazonaws.com/instance-cpu', EC2)).toEqual({
      kind: 'domain',
      meant: 'karpenter.k8s.aws/instance-cpu',
    });
    expect(mistakenLabel('eks.amazonaws.com/instance-cpu', AUTO)).toBeUndefined();
    expect(mistakenLabel('karpenter.sh/capacity-type', AUTO)).toBeUndefined();
  });

  it('is named as the NodeClass has it', () => {
    expect(mistakenLabel('node.kubernetes.io/instance-family', AUTO)).toEqual({
      kind: 'unknown',
      meant: 'eks.amazonaws.com/instance-family',
    });
  });
});
