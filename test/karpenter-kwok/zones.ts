/**
 * The zones of the cluster with Karpenter: zone ID to zone name, not in the same order, as in real accounts. The names
 * are those that Karpenter's kwok provider uses for itself.
 */
export const KWOK_ZONES: Readonly<Record<string, string>> = {
  'test-az1': 'test-zone-a',
  'test-az2': 'test-zone-d',
  'test-az3': 'test-zone-b',
  'test-az4': 'test-zone-c',
};

export const KWOK_ZONE_NAMES: readonly string[] = Object.values(KWOK_ZONES).sort();
export const KWOK_ZONE_IDS: readonly string[] = Object.keys(KWOK_ZONES);
