import { z } from 'zod';
import type { PoolFacts } from './pool-facts.ts';
import { readObject } from './read-object.ts';

const text = z.string().optional().catch(undefined);
const whole = z.number().optional().catch(undefined);
const texts = z.array(z.string()).optional().catch(undefined);
const words = z.record(z.string(), z.string()).catch({});
const empty = {} as const;

/** A list of which the parts that can be read are read. */
const readable = <T>(part: z.ZodType<T>) =>
  z
    .array(part.nullable().catch(null))
    .transform((parts) => parts.filter((one) => one !== null))
    .optional()
    .catch(undefined);

const requirement = z.object({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.coerce.string()).optional().catch(undefined),
  minValues: whole,
});
const taint = z.object({ key: z.string(), value: text, effect: text });
const budget = z.object({ nodes: text, reasons: texts, schedule: text, duration: text });
const nodeClassRef = z
  .object({ group: z.string().catch(''), kind: z.string().catch(''), name: z.string() })
  .optional()
  .catch(undefined);

const claimSpec = z.object({
  requirements: readable(requirement),
  taints: readable(taint),
  nodeClassRef,
  expireAfter: text,
  terminationGracePeriod: text,
});

const metadata = z.object({ name: z.string().catch(''), labels: words, annotations: words });
const NO_METADATA = { name: '', labels: empty, annotations: empty };

const poolSchema = z.object({
  metadata: metadata.catch(NO_METADATA),
  spec: z
    .object({
      template: z
        .object({
          metadata: z.object({ labels: words }).catch({ labels: empty }),
          spec: claimSpec.catch({}),
        })
        .catch({ metadata: { labels: empty }, spec: {} }),
      limits: z
        .record(z.string(), z.union([z.string(), z.number()]))
        .optional()
        .catch(undefined),
      replicas: whole,
      weight: whole,
      disruption: z
        .object({ consolidationPolicy: text, consolidateAfter: text, budgets: readable(budget) })
        .optional()
        .catch(undefined),
    })
    .catch({ template: { metadata: { labels: empty }, spec: {} } }),
});

const claimSchema = z.object({ metadata: metadata.catch(NO_METADATA), spec: claimSpec.catch({}) });

type ClaimSpec = z.output<typeof claimSpec>;

/** An object is read by who judges it and by who judges others beside it; nobody changes one that was read. */
const known = new WeakMap<object, PoolFacts>();

/** Reads a NodePool, whatever its shape. Never throws. */
export function nodePoolFacts(object: unknown): PoolFacts {
  if (typeof object !== 'object' || object === null) return readNodePool(object);
  const facts = known.get(object) ?? readNodePool(object);
  known.set(object, facts);
  return facts;
}

function readNodePool(object: unknown): PoolFacts {
  const { metadata: meta, spec } = readObject(poolSchema, object);
  const { template, limits, replicas, weight, disruption } = spec;
  return {
    ...meta,
    ...ofSpec(template.spec),
    requirementsPath: 'spec.template.spec.requirements',
    templateLabels: template.metadata.labels,
    limits,
    replicas,
    weight,
    disruption: disruption && {
      consolidationPolicy: disruption.consolidationPolicy,
      consolidateAfter: disruption.consolidateAfter,
      budgets: disruption.budgets?.map(({ nodes, reasons, schedule, duration }) => ({
        nodes,
        reasons,
        schedule,
        duration,
      })),
    },
  };
}

/** Reads a NodeClaim, whatever its shape. Its own labels are those of its Node. Never throws. */
export function nodeClaimFacts(object: unknown): PoolFacts {
  const { metadata: meta, spec } = readObject(claimSchema, object);
  return {
    ...meta,
    ...ofSpec(spec),
    requirementsPath: 'spec.requirements',
    templateLabels: {},
    limits: undefined,
    replicas: undefined,
    weight: undefined,
    disruption: undefined,
  };
}

function ofSpec(spec: ClaimSpec) {
  return {
    requirements: (spec.requirements ?? []).map(({ key, operator, values, minValues }) => ({
      key,
      operator,
      values,
      minValues,
    })),
    taints: (spec.taints ?? []).map(({ key, value, effect }) => ({ key, value, effect })),
    nodeClassRef: spec.nodeClassRef,
    expireAfter: spec.expireAfter,
    terminationGracePeriod: spec.terminationGracePeriod,
  };
}
