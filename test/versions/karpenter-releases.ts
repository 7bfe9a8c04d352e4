import type { KarpenterRelease } from '../control-plane/crd-files.ts';

/**
 * The releases of Karpenter whose CRDs our writes are tried against: those of the Go modules that the test machines
 * can fetch and unpack, and at least one on each side of every change to the parts that we write. The checksums are
 * those of Go's checksum database.
 */
export const KARPENTER_RELEASES: readonly KarpenterRelease[] = [
  { flavour: 'core', version: 'v1.0.8', sum: 'h1:15ZYsFRMHJQTRR5+cvFK2D0V6Cj34fgU0qHPKnmFl68=' },
  { flavour: 'core', version: 'v1.1.5', sum: 'h1:cqm4prPuxqVRqAjeEQz3Ss0gL+zNZj4F/Ra3M2YT9uQ=' },
  { flavour: 'core', version: 'v1.5.5', sum: 'h1:+aHPF6bkVu70H8yszFkOkR8W0yFYIV+lbFtYuuOYNFI=' },
  { flavour: 'core', version: 'v1.6.4', sum: 'h1:wMtPtm78wswKLRV3BTIlQ5C97c407Oy0iu+8dRWBops=' },
  { flavour: 'core', version: 'v1.9.0', sum: 'h1:95p6+9AaZ/eYD3hLPyvBDBquC3v8m09T2u/pB/3Qrqs=' },
  { flavour: 'core', version: 'v1.12.1', sum: 'h1:B73nBcw+va8eRzX3OXLexcw6vaGZuLHlN9iMksK2oa0=' },
  // Of 1.14, the pinned release (test/karpenter-crds) too.
  { flavour: 'core', version: 'v1.14.1', sum: 'h1:GjqvOHLjl2+OXM0ti5VEZSQuvcitB0pETd8zdChXEtI=' },
  { flavour: 'aws', version: 'v1.0.8', sum: 'h1:iJrOIXwBKedKZuDJC133twh9muRzsnBej0nIez6oTTI=' },
  { flavour: 'aws', version: 'v1.14.1', sum: 'h1:WGtIQTQcxpElYMdWfWuPwaF2+9muR+hYhPZsTtoY8Gs=' },
];
