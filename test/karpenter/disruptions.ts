import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { scrape } from '../installation/scrape.ts';
import type { KarpenterCluster } from '../karpenter-kwok/cluster.ts';

/** What Karpenter decided to do to nodes of its own accord, as it says itself. */
export interface Disruption {
  /** ms since 1970. */
  readonly at: number;
  /** `Drifted`, `Underutilized`, `Empty`. */
  readonly reason: string;
  /** `replace`, `delete`. */
  readonly decision: string;
  readonly nodes: readonly string[];
  readonly claims: readonly string[];
}

const lineSchema = z.object({
  message: z.literal('disrupting node(s)'),
  time: z.string(),
  /** `Drifted/77a0cb71-...: replace: nodepools=[web]: ...` */
  command: z.templateLiteral([z.enum(['Drifted', 'Underutilized', 'Empty']), '/', z.string()]),
  decision: z.string(),
  'disrupted-nodes': z.array(z.object({ Node: namedSchema(), NodeClaim: namedSchema() })),
});

function namedSchema() {
  return z.object({ name: z.string() });
}

/** Every disruption that Karpenter began after `since` (ms since 1970). */
export function disruptionsOf({ karpenter }: Pick<KarpenterCluster, 'karpenter'>, since = 0): Disruption[] {
  const lines = readFileSync(karpenter.logFile, 'utf8').split('\n');
  return lines
    .filter((line) => line.includes('disrupting node(s)'))
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .map((line) => ({
      at: Date.parse(line.time),
      reason: line.command.split('/')[0] ?? '',
      decision: line.decision,
      nodes: line['disrupted-nodes'].map(({ Node }) => Node.name),
      claims: line['disrupted-nodes'].map(({ NodeClaim }) => NodeClaim.name),
    }))
    .filter(({ at }) => at > since);
}

/** How often Karpenter has looked for drifted nodes to replace: once in each of its loops that did nothing before. */
export async function driftLooks({ karpenter }: Pick<KarpenterCluster, 'karpenter'>): Promise<number> {
  const name = 'karpenter_voluntary_disruption_decision_evaluation_duration_seconds_count';
  return (await scrape(karpenter.metricsUrl)).sum(name, { reason: 'drifted' });
}
