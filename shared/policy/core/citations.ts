/** A page that a rule rests on. */
export interface RuleSource {
  readonly title: string;
  readonly url: string;
}

const karpenter = (title: string, page: string): RuleSource => ({
  title: `Karpenter: ${title}`,
  url: `https://karpenter.sh/docs/${page}`,
});

/** Pages that several rules rest on. */
export const NODEPOOL_REQUIREMENTS = karpenter(
  'NodePools, requirements',
  'concepts/nodepools/#spectemplatespecrequirements',
);
export const INSTANCE_TYPES = karpenter('NodePools, instance types', 'concepts/nodepools/#instance-types');
export const CAPACITY_TYPES = karpenter('NodePools, capacity type', 'concepts/nodepools/#capacity-type');
export const ZONES = karpenter('NodePools, Availability Zones', 'concepts/nodepools/#availability-zones');
export const MIN_VALUES = karpenter('NodePools, min values', 'concepts/nodepools/#min-values');
export const SPOT_CONSOLIDATION = karpenter(
  'Disruption, Spot consolidation',
  'concepts/disruption/#spot-consolidation',
);
export const INTERRUPTION = karpenter('Disruption, interruption', 'concepts/disruption/#interruption');
export const NODE_CONTROLS = karpenter(
  'Disruption, node-level controls',
  'concepts/disruption/#node-level-controls',
);
export const EC2_SPOT: RuleSource = {
  title: 'Amazon EC2: Best practices for Spot Instances',
  url: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html',
};
export const AZ_IDS: RuleSource = {
  title: 'AWS Regions and Availability Zones: AZ IDs',
  url: 'https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html',
};
export const STATIC_STABILITY: RuleSource = {
  title: "Amazon Builders' Library: Static stability using Availability Zones",
  url: 'https://aws.amazon.com/builders-library/static-stability-using-availability-zones/',
};
