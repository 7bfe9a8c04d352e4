import {
  ACCELERATOR_COUNT_KEY,
  ACCELERATOR_MANUFACTURER_KEY,
  ACCELERATOR_NAME_KEY,
  ARCH_KEY,
  CATEGORY_KEY,
  CLOCK_SPEED_KEY,
  CPU_KEY,
  CPU_MANUFACTURER_KEY,
  EBS_BANDWIDTH_KEY,
  ENCRYPTION_KEY,
  FAMILY_KEY,
  FLEX_KEY,
  GENERATION_KEY,
  GPU_COUNT_KEY,
  GPU_MANUFACTURER_KEY,
  GPU_MEMORY_KEY,
  GPU_NAME_KEY,
  HYPERVISOR_KEY,
  INSTANCE_TYPE_KEY,
  LOCAL_NVME_KEY,
  MEMORY_KEY,
  NETWORK_BANDWIDTH_KEY,
  SIZE_KEY,
} from '../requirements/labels.ts';
import type { InstanceTypeInfo } from './ec2-answers.ts';

/** The labels of one type by canonical key. A value may be empty text: Karpenter has it so for a bare-metal hypervisor. */
export type TypeLabels = Readonly<Record<string, string>>;

/** EC2's names of the architectures that Karpenter launches (karpenter-provider-aws pkg/apis/v1/labels.go). */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', arm64: 'arm64' };

/**
 * Whether Karpenter's AWS provider takes the type into account at all: it asks EC2 for `hvm` types of x86_64 or arm64
 * only (v1.14.1 pkg/providers/instancetype/instancetype.go, UpdateInstanceTypes), which leaves out the Macs. Bare metal
 * stays, like everything that a NodePool can exclude itself.
 */
export function isForKarpenter({ SupportedVirtualizationTypes, ProcessorInfo }: InstanceTypeInfo): boolean {
  return SupportedVirtualizationTypes.includes('hvm') && architectureOf(ProcessorInfo) !== undefined;
}

/**
 * The labels that Karpenter's AWS provider gives a type (v1.14.1 pkg/providers/instancetype/types.go,
 * computeRequirements), in so far as they are the type's own: zones, capacity types, OS and tenancy are not.
 */
export function labelsOfType(info: InstanceTypeInfo): TypeLabels {
  const { ProcessorInfo: processor } = info;
  return {
    ...labelsOfName(info.InstanceType),
    [ARCH_KEY]: architectureOf(processor) ?? '',
    [CPU_KEY]: String(info.VCpuInfo.DefaultVCpus),
    [MEMORY_KEY]: String(info.MemoryInfo.SizeInMiB),
    [CPU_MANUFACTURER_KEY]: lowerKebab(processor.Manufacturer),
    [CLOCK_SPEED_KEY]: String(Math.round(processor.SustainedClockSpeedInGhz * 1000)),
    [HYPERVISOR_KEY]: info.Hypervisor,
    [ENCRYPTION_KEY]: String(info.NetworkInfo.EncryptionInTransitSupported),
    ...given(LOCAL_NVME_KEY, localNvme(info)),
    ...given(EBS_BANDWIDTH_KEY, ebsBandwidth(info)),
    ...given(NETWORK_BANDWIDTH_KEY, networkBandwidth(info)),
    ...gpuLabels(info),
    ...acceleratorLabels(info),
  };
}

/** `m5.large`: what the name alone tells, as Karpenter reads it (instanceTypeScheme in types.go). */
export function labelsOfName(name: string): TypeLabels {
  const [, category, , generation] = /^([a-z]+)(-[0-9]+tb)?([0-9]+).*\./.exec(name) ?? [];
  const parts = name.split('.');
  const [family = '', size = ''] = parts;
  return {
    [INSTANCE_TYPE_KEY]: name,
    ...given(CATEGORY_KEY, category),
    ...given(GENERATION_KEY, generation),
    ...(parts.length === 2 ? { [FAMILY_KEY]: family, [SIZE_KEY]: size } : {}),
    [FLEX_KEY]: String(family.includes('-flex')),
  };
}

function architectureOf({ SupportedArchitectures }: InstanceTypeInfo['ProcessorInfo']): string | undefined {
  return SupportedArchitectures.map((name) =>
    Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined,
  ).find((architecture) => architecture !== undefined);
}

function localNvme({ InstanceStorageInfo: storage }: InstanceTypeInfo): string | undefined {
  if (storage?.TotalSizeInGB === undefined || storage.NvmeSupport === 'unsupported') return undefined;
  return String(storage.TotalSizeInGB);
}

function ebsBandwidth({ EbsInfo: ebs }: InstanceTypeInfo): string | undefined {
  if (ebs?.EbsOptimizedInfo === undefined || ebs.EbsOptimizedSupport !== 'default') return undefined;
  return String(ebs.EbsOptimizedInfo.MaximumBandwidthInMbps);
}

/** `25 Gigabit`, `Up to 12.5 Gigabit`, `4x 100 Gigabit`; older types have words: `Moderate`. */
const PERFORMANCE = /^(Up to )?(?:(\d+)x )?(\d+(?:\.\d+)?) Gigabit$/;

/**
 * Mbit/s. Karpenter has a table that is generated from pages of AWS's documentation (zz_generated.bandwidth.go), because
 * DescribeInstanceTypes told no baseline when it was made. It does now: the baseline of all cards where the bandwidth is
 * `Up to` something, the bandwidth itself where it is fixed, and nothing where there are words only, as in the table.
 * docs/catalog.md says how many types agree.
 */
function networkBandwidth({ NetworkInfo: network }: InstanceTypeInfo): string | undefined {
  const match = PERFORMANCE.exec(network.NetworkPerformance);
  if (match === null) return undefined;
  const [, upTo, times = '1', gigabits = ''] = match;
  const baseline = network.NetworkCards.reduce((sum, card) => sum + card.BaselineBandwidthInGbps, 0);
  if (upTo === undefined) return String(Math.round(Number(times) * Number(gigabits) * 1000));
  return baseline > 0 ? String(Math.round(baseline * 1000)) : undefined;
}

/** Karpenter labels a type with several kinds of GPU with none. */
function gpuLabels({ GpuInfo }: InstanceTypeInfo): TypeLabels {
  const [gpu, ...others] = GpuInfo?.Gpus ?? [];
  if (gpu === undefined || others.length > 0) return {};
  return {
    [GPU_NAME_KEY]: lowerKebab(gpu.Name),
    [GPU_MANUFACTURER_KEY]: lowerKebab(gpu.Manufacturer),
    [GPU_COUNT_KEY]: String(gpu.Count),
    [GPU_MEMORY_KEY]: String(gpu.MemoryInfo?.SizeInMiB ?? 0),
  };
}

/** EC2 lists Inferentia under both; the Neuron device is what Karpenter goes by. */
function acceleratorLabels({ NeuronInfo, InferenceAcceleratorInfo }: InstanceTypeInfo): TypeLabels {
  const [device, ...others] = (NeuronInfo?.NeuronDevices ?? InferenceAcceleratorInfo?.Accelerators) || [];
  if (device === undefined || others.length > 0) return {};
  return {
    [ACCELERATOR_NAME_KEY]: lowerKebab(device.Name),
    [ACCELERATOR_MANUFACTURER_KEY]: NeuronInfo === undefined ? lowerKebab(device.Manufacturer) : 'aws',
    [ACCELERATOR_COUNT_KEY]: String(device.Count),
  };
}

const lowerKebab = (name: string): string => name.replaceAll(' ', '-').toLowerCase();

function given(key: string, value: string | undefined): TypeLabels {
  return value === undefined ? {} : { [key]: value };
}
