import { expect, it } from 'vitest';
import { containerInBase } from '../../installation/product-container.ts';

const MIB = 2 ** 20;

it('the webhook has a heap that leaves half of its container for what is outside of it', () => {
  const { limitBytes, flags } = containerInBase('webhook');
  const mib = (name: string) =>
    Number(flags.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3));
  // V8 has three semi-spaces of young objects (v8/src/heap/heap.cc, Heap::YoungGenerationSizeFromSemiSpaceSize).
  const heapMib = mib('max-old-space-size') + 3 * mib('max-semi-space-size');
  // Node itself, buffers of bodies, TLS.
  expect(heapMib).toBeLessThanOrEqual(limitBytes / MIB / 2);
});
