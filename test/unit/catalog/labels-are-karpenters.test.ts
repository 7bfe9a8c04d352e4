import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { describeCatalog } from '../../../shared/catalog/catalog.ts';
import { NETWORK_BANDWIDTH_KEY } from '../../../shared/requirements/labels.ts';
import { familyDigests, labelsInCatalog, readGolden } from '../../karpenter-aws/label-digests.ts';
import { providerVersion } from '../../karpenter-aws/labels-oracle.ts';
import { motoVersion } from '../../moto/moto-server.ts';

const golden = readGolden();
const bundled = labelsInCatalog(bundledCatalog());

describe('the bundled types', () => {
  it('have the labels that Karpenter gives them, every one of every type', () => {
    expect(familyDigests(bundled)).toEqual(golden.families);
  });

  it('differ from Karpenter in the network bandwidth of few, which are named', () => {
    const others = Object.entries(golden.networkBandwidth);
    for (const [type, karpenters] of others) {
      expect([type, bundled.get(type)?.get(NETWORK_BANDWIDTH_KEY)]).not.toEqual([type, karpenters]);
    }
    expect(others.length).toBeLessThan(bundled.size * 0.03);
    expect(others.filter(([, karpenters]) => karpenters !== null).length).toBeLessThan(15);
  });

  it('are compared with what Karpenter says of the versions that are pinned', () => {
    expect(golden).toMatchObject({ karpenter: providerVersion(), moto: motoVersion() });
    expect(bundledCatalog().origin).toMatchObject({
      source: 'bundled',
      madeFrom: `moto ${motoVersion()}, ec2:DescribeInstanceTypes`,
    });
  });

  it('are of no Region, and know no zones', () => {
    expect(bundledCatalog().origin.region).toBeUndefined();
    expect(bundledCatalog().offerings).toBeUndefined();
    expect(describeCatalog(bundledCatalog())).toMatch(
      /^the bundled snapshot of 20\d\d-\d\d-\d\d, 1,\d{3} types$/,
    );
  });
});

describe('the digests', () => {
  it('change with one label of one type', () => {
    const [first = ''] = bundled.keys();
    const changed = new Map(bundled);
    changed.set(first, new Map([...(bundled.get(first) ?? []), ['kubernetes.io/arch', 'riscv64']]));
    expect(familyDigests(changed)).not.toEqual(golden.families);
    expect(bundledCatalog()).toBe(bundledCatalog());
  });
});
