/**
 * The labels that Karpenter knows on AWS. Those that describe an instance type narrow which types match; a key that is
 * not here is a custom label, and filters no type (karpenter pkg/apis/v1/labels.go, karpenter-provider-aws
 * pkg/apis/v1/labels.go).
 */
export const INSTANCE_TYPE_KEY = 'node.kubernetes.io/instance-type';
export const ARCH_KEY = 'kubernetes.io/arch';
export const OS_KEY = 'kubernetes.io/os';
export const REGION_KEY = 'topology.kubernetes.io/region';
export const WINDOWS_BUILD_KEY = 'node.kubernetes.io/windows-build';
export const CAPACITY_TYPE_KEY = 'karpenter.sh/capacity-type';

/** Domain of the labels that the AWS provider gives each instance type. */
export const AWS_DOMAIN = 'karpenter.k8s.aws';
/** The same labels on EKS Auto Mode, whose NodeClasses are of the group `eks.amazonaws.com`. */
export const AUTO_MODE_DOMAIN = 'eks.amazonaws.com';

const aws = (name: string): string => `${AWS_DOMAIN}/instance-${name}`;

export const CATEGORY_KEY = aws('category');
export const FAMILY_KEY = aws('family');
export const GENERATION_KEY = aws('generation');
export const SIZE_KEY = aws('size');
export const CPU_KEY = aws('cpu');
export const MEMORY_KEY = aws('memory');
export const GPU_COUNT_KEY = aws('gpu-count');
export const GPU_NAME_KEY = aws('gpu-name');
export const GPU_MANUFACTURER_KEY = aws('gpu-manufacturer');
export const GPU_MEMORY_KEY = aws('gpu-memory');
export const ACCELERATOR_NAME_KEY = aws('accelerator-name');
export const ACCELERATOR_MANUFACTURER_KEY = aws('accelerator-manufacturer');
export const ACCELERATOR_COUNT_KEY = aws('accelerator-count');
export const LOCAL_NVME_KEY = aws('local-nvme');
export const HYPERVISOR_KEY = aws('hypervisor');
export const TENANCY_KEY = aws('tenancy');
export const CPU_MANUFACTURER_KEY = aws('cpu-manufacturer');
export const CLOCK_SPEED_KEY = aws('cpu-sustained-clock-speed-mhz');
export const EBS_BANDWIDTH_KEY = aws('ebs-bandwidth');
export const NETWORK_BANDWIDTH_KEY = aws('network-bandwidth');
export const ENCRYPTION_KEY = aws('encryption-in-transit-supported');
export const FLEX_KEY = aws('capability-flex');

/** Every key that an instance type of the catalogue may have a value for, in the order in which they are shown. */
export const INSTANCE_KEYS: readonly string[] = [
  INSTANCE_TYPE_KEY,
  FAMILY_KEY,
  CATEGORY_KEY,
  GENERATION_KEY,
  SIZE_KEY,
  CPU_KEY,
  MEMORY_KEY,
  ARCH_KEY,
  CPU_MANUFACTURER_KEY,
  CLOCK_SPEED_KEY,
  GPU_NAME_KEY,
  GPU_MANUFACTURER_KEY,
  GPU_COUNT_KEY,
  GPU_MEMORY_KEY,
  ACCELERATOR_NAME_KEY,
  ACCELERATOR_MANUFACTURER_KEY,
  ACCELERATOR_COUNT_KEY,
  LOCAL_NVME_KEY,
  EBS_BANDWIDTH_KEY,
  NETWORK_BANDWIDTH_KEY,
  HYPERVISOR_KEY,
  ENCRYPTION_KEY,
  FLEX_KEY,
];

/** Aliases that Karpenter folds into the key that it schedules by (NormalizedLabels, in its core and in the provider). */
const ALIASES: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': REGION_KEY,
  'beta.kubernetes.io/arch': ARCH_KEY,
  'beta.kubernetes.io/os': OS_KEY,
  'beta.kubernetes.io/instance-type': INSTANCE_TYPE_KEY,
};

/**
 * The key that a requirement or a label counts under: aliases folded, and Auto Mode's `eks.amazonaws.com/instance-*` as
 * the same label of the provider, because both tell the same of a type.
 */
export function canonicalLabel(key: string): string {
  const known = Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined;
  if (known !== undefined) return known;
  const autoMode = `${AUTO_MODE_DOMAIN}/instance-`;
  return key.startsWith(autoMode) ? `${AWS_DOMAIN}/instance-${key.slice(autoMode.length)}` : key;
}
