import { z } from 'zod';

/**
 * What is read of ec2:DescribeInstanceTypes and DescribeInstanceTypeOfferings, as the SDKs, the AWS CLI's JSON and
 * Karpenter's Go code name it. EC2 leaves out what a type has not.
 */
const count = z.number().int().nonnegative();

const device = z.object({
  Name: z.string().default(''),
  Manufacturer: z.string().default(''),
  Count: count.default(0),
});

/** One of `InstanceTypes` in the answer of DescribeInstanceTypes. */
export const instanceTypeInfoSchema = z.object({
  InstanceType: z.string().min(1).max(63),
  SupportedUsageClasses: z.array(z.string()).default([]),
  SupportedVirtualizationTypes: z.array(z.string()).default([]),
  Hypervisor: z.string().default(''),
  ProcessorInfo: z.object({
    SupportedArchitectures: z.array(z.string()).default([]),
    Manufacturer: z.string().default(''),
    SustainedClockSpeedInGhz: z.number().default(0),
  }),
  VCpuInfo: z.object({ DefaultVCpus: count }),
  MemoryInfo: z.object({ SizeInMiB: count }),
  InstanceStorageInfo: z
    .object({ TotalSizeInGB: count.optional(), NvmeSupport: z.string().default('') })
    .optional(),
  EbsInfo: z
    .object({
      EbsOptimizedSupport: z.string().default(''),
      EbsOptimizedInfo: z.object({ MaximumBandwidthInMbps: count.default(0) }).optional(),
    })
    .optional(),
  NetworkInfo: z.object({
    NetworkPerformance: z.string().default(''),
    NetworkCards: z.array(z.object({ BaselineBandwidthInGbps: z.number().default(0) })).default([]),
    EncryptionInTransitSupported: z.boolean().default(false),
  }),
  GpuInfo: z
    .object({
      Gpus: z
        .array(device.extend({ MemoryInfo: z.object({ SizeInMiB: count.default(0) }).optional() }))
        .default([]),
    })
    .optional(),
  InferenceAcceleratorInfo: z.object({ Accelerators: z.array(device).default([]) }).optional(),
  NeuronInfo: z.object({ NeuronDevices: z.array(device).default([]) }).optional(),
});
export type InstanceTypeInfo = z.infer<typeof instanceTypeInfoSchema>;

/** One of `InstanceTypeOfferings` in the answer of DescribeInstanceTypeOfferings. */
export const offeringSchema = z.object({
  InstanceType: z.string().min(1),
  LocationType: z.string().optional(),
  Location: z.string().min(1),
});
export type InstanceTypeOffering = z.infer<typeof offeringSchema>;
