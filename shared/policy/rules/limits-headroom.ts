import { z } from 'zod';
import { type Problem, REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { exampleFile, exampleNodeClass, exampleNodePool } from '../examples/example-yaml.ts';
import { amountOf, showAmount } from '../values/quantity.ts';

const statusSchema = z.object({
  status: z.object({
    resources: z.record(z.string(), z.union([z.string(), z.number()])).catch({}),
    nodes: z.number().optional().catch(undefined),
  }),
});

const SUBNETS = [
  '- { id: subnet-1, zone: us-east-1a, zoneID: use1-az1 }',
  '- { id: subnet-2, zone: us-east-1b, zoneID: use1-az2 }',
  '- { id: subnet-3, zone: us-east-1c, zoneID: use1-az4 }',
];

/** Limits with no room for what a lost zone has to be made up with. */
export const limitsHeadroom: Rule = {
  id: 'limits-headroom',
  title: 'Limits without room for the loss of a zone',
  kinds: ['NodePool'],
  severity: { baseline: 'audit', 'spot-production': 'warn', strict: 'warn' },
  looksAt: ['spec.limits', 'spec.replicas', ...REQUIREMENT_PATHS],
  checks:
    'For a NodePool that has nodes: what it uses of cpu, memory and nodes (from its status), and the share of one zone on ' +
    'top, against `spec.limits`. Asked where the zones that are open to it are known and two or more; a file has no status, ' +
    'so that nothing is said of it.',
  why:
    'When a zone is lost, its pods are started again in the others. During a zonal shift EKS leaves the nodes of the zone ' +
    'alone, and they count against the limits for as long as they are there: with three zones a third of the present usage ' +
    'has to be had on top. Karpenter launches nothing beyond a limit, so that pods wait although there is capacity. That ' +
    'usage is spread evenly over the zones is assumed; the calculation is ours, and not from the documentation of Karpenter.',
  instead:
    'Raise the limits to what is used at the busiest time, times one and a third with three zones, or one and a half with two.',
  sources: [
    {
      title: 'Karpenter: NodePools, limits',
      url: 'https://karpenter.sh/docs/concepts/nodepools/#speclimits',
    },
    {
      title: 'Amazon EKS: zonal shift',
      url: 'https://docs.aws.amazon.com/eks/latest/userguide/zone-shift.html',
    },
  ],
  passes: [
    { title: 'Room for a third more', yaml: inUse('limits: { cpu: "120", memory: 480Gi }') },
    { title: 'Room for a part of a cpu', yaml: inUse('limits: { cpu: "133.5" }', { cpu: 100 }) },
    {
      title: 'Nothing is known of the usage, as in a file',
      yaml: exampleNodePool({ spec: ['limits: { cpu: "8" }'] }),
    },
    {
      title: 'There is only one zone: another rule says something about it',
      yaml: inUse('limits: { cpu: "90" }', { zones: 1 }),
    },
    {
      title: 'The zones are not known',
      yaml: exampleNodePool({
        spec: ['limits: { cpu: "100" }'],
        status: ['resources: { cpu: "90" }', 'nodes: 12'],
      }),
    },
    {
      title: 'A static NodePool: nothing is launched on top',
      yaml: inUse('limits: { nodes: "13" }', { spec: ['replicas: 12'] }),
    },
  ],
  fails: [
    { title: 'Room for less than a third', says: '120 cpu in all', yaml: inUse('limits: { cpu: "119" }') },
    { title: 'Two zones', says: '135 cpu in all', yaml: inUse('limits: { cpu: "134" }', { zones: 2 }) },
    { title: 'Memory', says: '480 Gi memory in all', yaml: inUse('limits: { memory: 479Gi }') },
    { title: 'Whole nodes', says: '18 nodes in all', yaml: inUse('limits: { nodes: "17" }', { nodes: 13 }) },
  ],
  check(subject) {
    const { limits = {}, replicas } = subject.facts;
    const zones = subject.openZones?.length ?? 0;
    const used = usageOf(subject.object);
    // A static NodePool keeps its number: nothing is launched on top of what a lost zone holds.
    if (zones < 2 || used === undefined || replicas !== undefined) return [];
    return ['cpu', 'memory', 'nodes'].flatMap((resource) => {
      const limit = amountOf(limits[resource] ?? '');
      const now = amountOf(used[resource] ?? '');
      if (limit === undefined || now === undefined) return [];
      return tooLittle(resource, now, limit, zones);
    });
  },
};

function tooLittle(resource: string, now: number, limit: number, zones: number): Problem[] {
  const share = resource === 'nodes' ? Math.ceil(now / zones) : now / zones;
  const needed = now + share;
  if (needed <= limit) return [];
  const show = (amount: number) => showAmount(resource, amount);
  return [
    {
      message:
        `${show(now)} of ${show(limit)} ${resource} are in use in ${zones} zones: if one is lost, ${show(share)} more are ` +
        `needed elsewhere while its nodes still count, ${show(needed)} ${resource} in all`,
      fix: `Raise spec.limits.${resource} to at least ${show(needed)}`,
      path: `spec.limits.${resource}`,
      found: limit,
      needed,
    },
  ];
}

/** What Karpenter says is in use; `undefined` in a file. */
function usageOf(object: unknown): Readonly<Record<string, string | number>> | undefined {
  const parsed = statusSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { resources, nodes } = parsed.data.status;
  return nodes === undefined ? resources : { nodes, ...resources };
}

/** A NodePool that has nodes in some zones. */
function inUse(
  limits: string,
  { cpu = 90, nodes = 12, zones = 3, spec = [] as readonly string[] } = {},
): string {
  const nodeClass = exampleNodeClass(['amiSelectorTerms: [{ alias: al2023@v20250801 }]'], {
    status: ['subnets:', ...SUBNETS.slice(0, zones).map((subnet) => `  ${subnet}`)],
  });
  const status = [`resources: { cpu: "${cpu}", memory: 360Gi }`, `nodes: ${nodes}`];
  return exampleFile(nodeClass, exampleNodePool({ spec: [limits, ...spec], status }));
}
