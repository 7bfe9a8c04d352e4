import type { InstanceTypeInfo } from '../../../shared/catalog/ec2-answers.ts';

/** A type as EC2 describes it, with what a test is about. */
export function described(name: string, other: Partial<InstanceTypeInfo> = {}): InstanceTypeInfo {
  return {
    InstanceType: name,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedVirtualizationTypes: ['hvm'],
    Hypervisor: 'nitro',
    ProcessorInfo: {
      SupportedArchitectures: ['x86_64'],
      Manufacturer: 'Intel',
      SustainedClockSpeedInGhz: 3.1,
    },
    VCpuInfo: { DefaultVCpus: 2 },
    MemoryInfo: { SizeInMiB: 8192 },
    NetworkInfo: { NetworkPerformance: 'Moderate', NetworkCards: [], EncryptionInTransitSupported: false },
    ...other,
  };
}
