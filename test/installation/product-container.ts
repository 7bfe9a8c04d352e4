import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { amountOf } from '../../shared/policy/values/quantity.ts';
import { ROOT } from './product-process.ts';

/** What decides about the memory of one of the product's processes in its pod. */
export interface ProductContainer {
  readonly limitBytes: number;
  /** Flags of Node that the Deployment gives, as an argument or in NODE_OPTIONS. */
  readonly flags: readonly string[];
  /** Variables of the environment that the Deployment sets to a value. */
  readonly env: Readonly<Record<string, string>>;
}

const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            name: z.string(),
            command: z.array(z.string()),
            env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
            resources: z.object({ limits: z.object({ memory: z.string() }) }),
          }),
        ),
      }),
    }),
  }),
});

/** Reads it from a Deployment. */
export function containerOf(deployment: unknown, name: string): ProductContainer {
  const { spec } = deploymentSchema.parse(deployment);
  const container = spec.template.spec.containers.find((one) => one.name === name);
  if (container === undefined) throw new Error(`the Deployment has no container ${name}`);
  const { command, env, resources } = container;
  const inEnvironment = env.find((one) => one.name === 'NODE_OPTIONS')?.value ?? '';
  return {
    limitBytes: amountOf(resources.limits.memory) ?? 0,
    env: Object.fromEntries(
      env.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]])),
    ),
    flags: [...inEnvironment.split(' '), ...command].filter((word) => word.startsWith('--')),
  };
}

/** Of the Deployment that every installation begins with. */
export function containerInBase(name: string): ProductContainer {
  return containerOf(parse(readFileSync(join(ROOT, 'config/base/deployment.yaml'), 'utf8')), name);
}
