import { z } from 'zod';
import { claimFields, DURATION_OR_NEVER } from './claim-fields.ts';
import type { ObjectField, ValueRule } from './field.ts';
import { poolKeyRule, templateLabelsRule } from './label-keys.ts';
import { isSchedule } from './schedule.ts';

const timesSchema = z.object({ schedule: z.unknown().optional(), duration: z.unknown().optional() });

/** `schedule` and `duration` belong together. */
const budgetRule: ValueRule = (budget, path) => {
  const { data } = timesSchema.safeParse(budget);
  const { schedule, duration } = data ?? {};
  if ((schedule === undefined) === (duration === undefined)) return [];
  const [one, other] = schedule === undefined ? ['duration', 'schedule'] : ['schedule', 'duration'];
  return [
    {
      message: `The budget has a ${one} and no ${other}`,
      fix: `Add ${other}, or remove ${one} for a budget that holds always`,
      path,
    },
  ];
};

const BUDGET: ObjectField = {
  type: 'object',
  fields: {
    nodes: {
      type: 'text',
      pattern: /^((100|[0-9]{1,2})%|[0-9]+)$/,
      like: 'a number like "5" or a percentage like 10%',
    },
    reasons: {
      type: 'list',
      most: 50,
      unique: true,
      items: {
        type: 'text',
        oneOf: ['Underutilized', 'Empty', 'Drifted'],
        since: { Unhealthy: 'v1.15' },
      },
    },
    schedule: {
      type: 'text',
      accepts: isSchedule,
      like: 'a cron line like "0 9 * * mon-fri" or @daily',
    },
    duration: {
      type: 'text',
      pattern: /^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$/,
      like: 'a time in hours and minutes like 8h or 1h30m',
    },
  },
  rules: [budgetRule],
};

const staticSchema = z.object({
  replicas: z.unknown().optional(),
  weight: z.unknown().optional(),
  limits: z.record(z.string(), z.unknown()).catch({}),
});

/** A NodePool with `replicas` is a static one, and takes fewer fields. */
const staticRule: ValueRule = (spec, path) => {
  const { data } = staticSchema.safeParse(spec);
  if (data?.replicas === undefined) return [];
  const others = Object.entries(data.limits).filter(([name, limit]) => name !== 'nodes' && limit !== null);
  return [
    ...(others.length === 0
      ? []
      : [
          {
            message: `A NodePool with replicas takes limits.nodes alone; it has ${others.map(([name]) => name).join(', ')}`,
            fix: 'Remove the other limits, or replicas',
            path: `${path}.limits`,
          },
        ]),
    ...(data.weight === undefined
      ? []
      : [
          {
            message: 'A NodePool with replicas takes no weight',
            fix: 'Remove weight, or replicas',
            path: `${path}.weight`,
          },
        ]),
  ];
};

/** `spec` of a NodePool. What compares with the stored object (`oldSelf`) can't be told from a file and is left out. */
export const NODE_POOL_SPEC: ObjectField = {
  type: 'object',
  required: ['template'],
  fields: {
    disruption: {
      type: 'object',
      required: ['consolidateAfter'],
      optionalSince: { consolidateAfter: 'v1.15' },
      fields: {
        budgets: { type: 'list', most: 50, items: BUDGET },
        consolidateAfter: DURATION_OR_NEVER,
        consolidationPolicy: { type: 'text', oneOf: ['WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced'] },
      },
    },
    limits: { type: 'map', values: { type: 'quantity' } },
    // The upper bound is that of the scale subresource, which the API server checks besides the schema.
    replicas: { type: 'whole', least: 0, most: 2_147_483_647 },
    template: {
      type: 'object',
      required: ['spec'],
      fields: {
        metadata: {
          type: 'object',
          fields: {
            annotations: { type: 'map', values: { type: 'text' } },
            labels: {
              type: 'map',
              most: 100,
              values: {
                type: 'text',
                longest: 63,
                pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
                like: 'letters, digits, hyphens, dots and underscores, with a letter or digit at both ends',
              },
              rules: [templateLabelsRule],
            },
          },
        },
        spec: claimFields(poolKeyRule),
      },
    },
    weight: { type: 'whole', least: 1, most: 100 },
  },
  rules: [staticRule],
};
