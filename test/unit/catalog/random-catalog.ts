import fc from 'fast-check';
import { buildCatalog } from '../../../shared/catalog/build-catalog.ts';
import { labelsOfName } from '../../../shared/catalog/type-labels.ts';
import { CPU_KEY, GPU_NAME_KEY, HYPERVISOR_KEY } from '../../../shared/requirements/labels.ts';

export const ZONES = ['use1-az1', 'use1-az2', 'use1-az3'];

const name = fc
  .tuple(fc.constantFrom('c5', 'm5', 'm6g', 'p5', 'c7i-flex'), fc.constantFrom('large', 'xlarge', 'metal'))
  .map((parts) => parts.join('.'));

const row = fc.record({
  name,
  cpu: fc.constantFrom('1', '2', '4', '96'),
  gpu: fc.option(fc.constantFrom('h100', 't4'), { nil: undefined }),
  hypervisor: fc.constantFrom('nitro', 'xen', ''),
  capacityTypes: fc.subarray(['on-demand', 'spot']),
  zones: fc.subarray(ZONES),
});

/** A few types, of which some have no GPU, with or without offerings; one at least. */
export const randomCatalog = fc
  .tuple(fc.uniqueArray(row, { minLength: 1, maxLength: 8, selector: (one) => one.name }), fc.boolean())
  .map(([rows, knowsZones]) => {
    // Something is offered somewhere.
    const zones = new Map(rows.map((one, place) => [one.name, new Set(place === 0 ? ZONES : one.zones)]));
    return buildCatalog(
      { source: 'ec2', madeAt: '2026-11-21T18:00:00Z', region: 'us-east-1' },
      rows.map(({ name: type, cpu, gpu, hypervisor, capacityTypes }) => ({
        name: type,
        capacityTypes,
        labels: {
          ...labelsOfName(type),
          [CPU_KEY]: cpu,
          [HYPERVISOR_KEY]: hypervisor,
          ...(gpu !== undefined && { [GPU_NAME_KEY]: gpu }),
        },
      })),
      knowsZones ? zones : undefined,
    );
  });
