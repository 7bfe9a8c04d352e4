import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Finding, findingText } from '../../../shared/policy/core/finding.ts';
import { rulePage } from '../../../shared/policy/core/words.ts';
import type { ScannedPool } from '../../../shared/policy/stored/scan-pool.ts';

/** What a report calls the policy that its rules belong to: the ConfigMap that configures it. */
const POLICY = 'zonewarden-policy';
export const REPORT_LABELS = { 'app.kubernetes.io/managed-by': 'zonewarden' } as const;

/** The words of openreports.io/v1alpha1 (github.com/openreports/reports-api, apis/openreports.io/v1alpha1). */
type ReportResult = 'pass' | 'fail' | 'warn' | 'error' | 'skip';

/** The report of one NodePool, as far as it depends on what was found and not on when. */
export type ClusterReport = ReturnType<typeof reportOf>;

/** The report of a NodePool, which owns it: it goes with the NodePool. */
export function reportOf(pool: ScannedPool) {
  const target = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: pool.name, uid: pool.uid };
  const results = [
    ...pool.findings.map(entryOf),
    ...pool.defective.map((rule) => ({
      ...base(rule),
      result: 'error' as const,
      message: 'The rule could not be asked, which is a defect of it: please report it.',
    })),
    ...pool.passed.map((rule) => ({ ...base(rule), result: 'pass' as const })),
  ];
  const count = (result: ReportResult) => results.filter((each) => each.result === result).length;
  return {
    metadata: { name: `zonewarden-nodepool-${pool.name}`, labels: REPORT_LABELS, ownerReferences: [target] },
    scope: target,
    source: 'zonewarden',
    summary: {
      pass: count('pass'),
      fail: count('fail'),
      warn: count('warn'),
      error: count('error'),
      skip: count('skip'),
    },
    results,
  };
}

const SKIPPED = { result: 'skip', severity: 'info' } as const;

function base(rule: string) {
  return { policy: POLICY, rule, category: 'Karpenter' };
}

/**
 * What would be refused is `fail`; what would be warned of, and what only stands in the audit log, is `warn`: its
 * requirement is not met, and nothing follows. What an annotation exempts is `skip`.
 */
function entryOf(finding: Finding) {
  const { rule, severity, path, fix, found, needed, lowered, exemption } = finding;
  const words = {
    deny: { result: 'fail', severity: 'high' },
    warn: { result: 'warn', severity: 'medium' },
    audit: { result: 'warn', severity: 'info' },
  } as const;
  const properties = {
    help: rulePage(rule),
    path,
    fix,
    found: found?.toString(),
    needed: needed?.toString(),
    lowered,
    exemption,
  };
  return {
    ...base(rule),
    ...(lowered === 'exempt' ? SKIPPED : words[severity]),
    message: findingText(finding),
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  };
}

/** What is read of a stored report: that which we write. */
const storedSchema = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.record(z.string(), z.unknown())).nullish(),
  }),
  scope: z.record(z.string(), z.unknown()).nullish(),
  source: z.string().nullish(),
  summary: z.record(z.string(), z.unknown()).nullish(),
  results: z
    .array(z.looseObject({ timestamp: z.object({ seconds: z.number() }).nullish().catch(null) }))
    .nullish(),
});

/** A stored report: a digest of what it says, and when each of its results was first found. */
export interface StoredReport {
  readonly name: string;
  readonly content: string;
  /** Seconds since 1970, by the digest of the result. */
  readonly since: Readonly<Record<string, number>>;
}

/** Reads a stored report. @throws ZodError */
export function readReport(object: unknown): StoredReport {
  const { metadata, scope, source, summary, results } = storedSchema.parse(object);
  const entries = (results ?? []).map(({ timestamp, ...entry }) => ({
    text: digest(entry),
    seconds: timestamp?.seconds,
  }));
  return {
    name: metadata.name,
    content: contentOf(
      {
        labels: managedLabels(metadata.labels ?? {}),
        owners: metadata.ownerReferences,
        scope,
        source,
        summary,
      },
      entries.map(({ text }) => text),
    ),
    since: Object.fromEntries(
      entries.flatMap(({ text, seconds }) => (seconds === undefined ? [] : [[text, seconds]])),
    ),
  };
}

/** The digest of what a report says: that which `readReport` makes of it once it is stored. */
export function reportContent({ metadata, scope, source, summary, results }: ClusterReport): string {
  const { labels, ownerReferences: owners } = metadata;
  return contentOf({ labels, owners, scope, source, summary }, results.map(digest));
}

/**
 * The object to apply. A result that the stored report has too keeps the time at which it was first found.
 *
 * @param nowSeconds since 1970
 */
export function timedReport(
  { metadata, results, ...rest }: ClusterReport,
  stored: StoredReport | undefined,
  nowSeconds: number,
) {
  return {
    apiVersion: 'openreports.io/v1alpha1',
    kind: 'ClusterReport',
    metadata: { name: metadata.name, labels: metadata.labels, ownerReferences: metadata.ownerReferences },
    ...rest,
    results: results.map((entry) => ({
      ...entry,
      timestamp: { seconds: stored?.since[digest(entry)] ?? nowSeconds, nanos: 0 },
    })),
  };
}

/** Labels of others are none of ours, and stay. */
function managedLabels(labels: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.keys(REPORT_LABELS).map((name) => [name, labels[name]]));
}

function contentOf(parts: object, results: readonly string[]): string {
  return digest({ parts, results });
}

/** Reports of hundreds of NodePools are remembered: not what they say, but how to tell that it is the same. */
function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64');
}

/** JSON in which the order of members says nothing: the API server sorts them. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
