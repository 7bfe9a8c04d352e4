import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../../shared/catalog/build-catalog.ts';
import type { InstanceTypeInfo } from '../../../shared/catalog/ec2-answers.ts';
import { isForKarpenter, labelsOfName, labelsOfType } from '../../../shared/catalog/type-labels.ts';
import { described } from './described-type.ts';

const aws = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => {
      const name = key.split('karpenter.k8s.aws/instance-')[1];
      return name === undefined ? [] : [[name, value]];
    }),
  );

describe('a name tells', () => {
  it.each([
    ['m5.large', { family: 'm5', category: 'm', generation: '5', size: 'large', 'capability-flex': 'false' }],
    [
      'c7i-flex.2xlarge',
      { family: 'c7i-flex', category: 'c', generation: '7', size: '2xlarge', 'capability-flex': 'true' },
    ],
    [
      'u-12tb1.112xlarge',
      { family: 'u-12tb1', category: 'u', generation: '1', size: '112xlarge', 'capability-flex': 'false' },
    ],
    [
      'u7i-12tb.224xlarge',
      { family: 'u7i-12tb', category: 'u', generation: '7', size: '224xlarge', 'capability-flex': 'false' },
    ],
    [
      'hpc6a.48xlarge',
      { family: 'hpc6a', category: 'hpc', generation: '6', size: '48xlarge', 'capability-flex': 'false' },
    ],
    [
      'm7g.metal-48xl',
      { family: 'm7g', category: 'm', generation: '7', size: 'metal-48xl', 'capability-flex': 'false' },
    ],
    ['novelty', { 'capability-flex': 'false' }],
    ['a.b.c', { 'capability-flex': 'false' }],
  ])('%s', (name, labels) => {
    expect(aws(labelsOfName(name))).toEqual(labels);
  });
});

const storage = (NvmeSupport: string, TotalSizeInGB?: number): Partial<InstanceTypeInfo> => ({
  InstanceStorageInfo: { NvmeSupport, ...(TotalSizeInGB !== undefined && { TotalSizeInGB }) },
});
const network = (NetworkPerformance: string, ...baselines: number[]): Partial<InstanceTypeInfo> => ({
  NetworkInfo: {
    NetworkPerformance,
    NetworkCards: baselines.map((BaselineBandwidthInGbps) => ({ BaselineBandwidthInGbps })),
    EncryptionInTransitSupported: false,
  },
});
const ebs = (EbsOptimizedSupport: string): Partial<InstanceTypeInfo> => ({
  EbsInfo: { EbsOptimizedSupport, EbsOptimizedInfo: { MaximumBandwidthInMbps: 4750 } },
});
const gpu = { Name: 'RTX PRO 4500', Manufacturer: 'NVIDIA', Count: 2, MemoryInfo: { SizeInMiB: 32768 } };
const inferentia = { Name: 'Inferentia', Manufacturer: 'AWS', Count: 1 };
const qualcomm = { Name: 'Qualcomm AI100', Manufacturer: 'Qualcomm', Count: 8 };

describe('a description tells', () => {
  const cases: readonly (readonly [string, Partial<InstanceTypeInfo>, Record<string, string | undefined>])[] =
    [
      [
        'CPU, memory and clock',
        {},
        { cpu: '2', memory: '8192', 'cpu-sustained-clock-speed-mhz': '3100', 'cpu-manufacturer': 'intel' },
      ],
      ['bare metal has an empty hypervisor, not none', { Hypervisor: '' }, { hypervisor: '' }],
      ['local NVMe', storage('required', 900), { 'local-nvme': '900' }],
      ['spinning disks are no NVMe', storage('unsupported', 900), { 'local-nvme': undefined }],
      ['storage of unknown size', storage('required'), { 'local-nvme': undefined }],
      ['EBS bandwidth that is always there', ebs('default'), { 'ebs-bandwidth': '4750' }],
      ['EBS bandwidth that is an option', ebs('supported'), { 'ebs-bandwidth': undefined }],
      ['the baseline of a burst', network('Up to 12.5 Gigabit', 1.562), { 'network-bandwidth': '1562' }],
      ['the bandwidth that is fixed', network('66.66 Gigabit', 66.666), { 'network-bandwidth': '66660' }],
      [
        'several network cards',
        network('4x 100 Gigabit', 100, 100, 100, 100),
        { 'network-bandwidth': '400000' },
      ],
      ['no bandwidth in words', network('Low to Moderate', 0.5), { 'network-bandwidth': undefined }],
      ['no baseline of a burst', network('Up to 10 Gigabit'), { 'network-bandwidth': undefined }],
      [
        'a GPU',
        { GpuInfo: { Gpus: [gpu] } },
        { 'gpu-name': 'rtx-pro-4500', 'gpu-manufacturer': 'nvidia', 'gpu-count': '2', 'gpu-memory': '32768' },
      ],
      [
        'two kinds of GPU',
        { GpuInfo: { Gpus: [gpu, { ...gpu, Name: 'T4' }] } },
        { 'gpu-name': undefined, 'gpu-count': undefined },
      ],
      [
        'an accelerator',
        { InferenceAcceleratorInfo: { Accelerators: [qualcomm] } },
        {
          'accelerator-name': 'qualcomm-ai100',
          'accelerator-manufacturer': 'qualcomm',
          'accelerator-count': '8',
        },
      ],
      [
        'Neuron before the older description of the same device',
        {
          InferenceAcceleratorInfo: { Accelerators: [inferentia] },
          NeuronInfo: { NeuronDevices: [{ Name: 'Inferentia2', Manufacturer: '', Count: 6 }] },
        },
        { 'accelerator-name': 'inferentia2', 'accelerator-manufacturer': 'aws', 'accelerator-count': '6' },
      ],
      [
        'Neuron without a device',
        { InferenceAcceleratorInfo: { Accelerators: [inferentia] }, NeuronInfo: { NeuronDevices: [] } },
        { 'accelerator-name': undefined },
      ],
    ];

  it.each(cases)('%s', (_, info, labels) => {
    const all = aws(labelsOfType(described('m5.large', info)));
    expect(Object.fromEntries(Object.keys(labels).map((key) => [key, all[key]]))).toEqual(labels);
  });
});

describe('Karpenter takes', () => {
  const of = (architectures: string[], virtualization = ['hvm']) =>
    isForKarpenter(
      described('m5.large', {
        SupportedVirtualizationTypes: virtualization,
        ProcessorInfo: {
          SupportedArchitectures: architectures,
          Manufacturer: '',
          SustainedClockSpeedInGhz: 0,
        },
      }),
    );

  it.each([
    [['i386', 'x86_64'], ['hvm', 'paravirtual'], true],
    [['arm64'], ['hvm'], true],
    [['arm64_mac'], ['hvm'], false],
    [['x86_64_mac'], ['hvm'], false],
    [['x86_64'], ['paravirtual'], false],
    [['constructor'], ['hvm'], false],
  ])('%j with %j: %s', (architectures, virtualization, taken) => {
    expect(of(architectures, virtualization)).toBe(taken);
  });
});

describe('rows become columns', () => {
  const origin = { source: 'ec2', madeAt: '2026-11-21T18:00:00Z', region: 'us-east-1' } as const;
  const row = (name: string, capacityTypes: string[], labels = {}) => ({ name, capacityTypes, labels });

  it('sorted, with one set for types of the same zones, and without what no zone offers', () => {
    const rows = [row('b.x', ['spot']), row('c.x', []), row('a.x', ['on-demand', 'spot', 'capacity-block'])];
    const zones = new Map([
      ['a.x', new Set(['az2', 'az1'])],
      ['b.x', new Set(['az1', 'az2'])],
      ['d.x', new Set(['az3'])],
    ]);
    const catalog = buildCatalog(origin, rows, zones);
    expect(catalog.types).toEqual(['a.x', 'b.x']);
    expect(catalog.capacityTypes).toEqual([3, 2]);
    expect(catalog.offerings).toEqual({ zoneIds: ['az1', 'az2'], sets: [[0, 1]], setOf: [0, 0] });
  });

  it('without zones every type stays, and a label that no type has is no column', () => {
    const arch = 'kubernetes.io/arch';
    const catalog = buildCatalog(origin, [row('b.x', [], { [arch]: 'arm64' }), row('a.x', ['spot'])]);
    expect(catalog.columns).toEqual(new Map([[arch, { values: ['arm64'], index: [-1, 0] }]]));
    expect(catalog).not.toHaveProperty('offerings');
  });
});
