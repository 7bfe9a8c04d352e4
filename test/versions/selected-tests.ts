/**
 * What runs against each version of Kubernetes: the tests in which the API server does something for us that may
 * differ between versions. The rest of the cluster tests would say the same again. Folders and files, from the root of
 * the repository.
 */
export const SELECTED_TESTS: readonly string[] = [
  // It starts, says its version, obeys RBAC, and takes Karpenter's CRDs: the pinned ones, and each release's.
  'test/cluster/control-plane/side-by-side-and-stop.test.ts',
  'test/cluster/control-plane/restart-keeps-endpoint-and-objects.test.ts',
  'test/cluster/control-plane/service-accounts-obey-rbac.test.ts',
  'test/cluster/control-plane/crds-are-karpenters-own.test.ts',
  'test/cluster/versions',
  // Watches, bookmarks, expired versions and leases as our own client has them.
  'test/cluster/kube',
  // The installation: applied twice, Pod Security, rights, match conditions.
  'test/cluster/manifests',
  'test/cluster/certificates',
  // The policy of the API server that stands in for dead webhooks: CEL, its cost and its type checks.
  'test/cluster/policy-fallback',
  // Field ownership and admission again after other webhooks, with that version's kubectl.
  'test/cluster/writers/table.test.ts',
  // The product: a shift from start to end, by ARC alone and by hand, and cordoning.
  'test/cluster/cli/a-shift-from-start-to-end.test.ts',
  'test/cluster/cli/a-shift-moves-node-pools.test.ts',
  'test/cluster/product/arc-alone-knows-of-a-shift.test.ts',
  'test/cluster/product/cordon-follows-a-shift.test.ts',
];
