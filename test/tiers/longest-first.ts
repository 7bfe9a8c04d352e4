import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that keep a worker longest, the longest first: begun last, one of them would run alone while the other
 * workers have nothing left to do. vitest itself goes by what it remembers of earlier runs, which a fresh clone has none of.
 */
export const LONGEST: readonly string[] = [
  'test/http/webhook/ten-thousand-hostile-requests.test.ts',
  'test/unit/enforcement/histories/no-declaration-is-lost.test.ts',
  'test/unit/truth/the-record-equals-the-truth.test.ts',
  'test/cluster/writers/table.test.ts',
  'test/cluster/availability/certificates-change.test.ts',
  'test/cluster/histories/histories-on-a-real-api-server.test.ts',
  'test/cluster/rights/each-right-is-needed.test.ts',
  'test/cluster/availability/replicas-come-and-go.test.ts',
  'test/cluster/manifests/apply-twice-changes-nothing.test.ts',
  'test/cluster/product/killed-at-any-point.test.ts',
  'test/cluster/product/two-watchers-one-lease.test.ts',
  'test/cluster/versions/every-karpenters-crd-takes-what-we-store.test.ts',
  'test/cluster/availability/the-control-plane-is-away.test.ts',
  'test/cluster/cli/what-a-shift-is-refused-for.test.ts',
  'test/cluster/reports/reports-on-a-real-api-server.test.ts',
  'test/cluster/policy-fallback/the-policy-is-kept.test.ts',
];

/** Sorts those to the front, and leaves the rest as vitest has them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((left, right) => placeOf(left) - placeOf(right));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return place === -1 ? LONGEST.length : place;
}
